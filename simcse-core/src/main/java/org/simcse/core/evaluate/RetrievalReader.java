package org.simcse.core.evaluate;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.simcse.api.error.InvalidInputException;
import org.simcse.core.io.InputFiles;
import org.simcse.core.table.FormatOptions;
import org.simcse.core.table.TextFormat;
import org.simcse.core.table.TextTable;

/** Reads the three files of a retrieval task in the layout of BEIR. */
final class RetrievalReader {
  private final IdentifiedTexts documents;
  private final IdentifiedTexts queries;
  private final Path qrels;

  /** The grades of each query, in the order of the queries. */
  private final List<Map<Integer, Integer>> grades = new ArrayList<>();

  private RetrievalReader(Path corpus, Path queries, Path qrels) {
    this.documents = IdentifiedTexts.read(corpus, "document", true);
    this.queries = IdentifiedTexts.read(queries, "query", false);
    this.qrels = qrels;
    this.queries.texts().forEach(text -> grades.add(new LinkedHashMap<>()));
  }

  static Retrieval read(Path corpus, Path queries, Path qrels) {
    InputFiles.require(List.of(corpus, queries, qrels));
    RetrievalReader reader = new RetrievalReader(corpus, queries, qrels);
    reader.readJudgements();
    return reader.task();
  }

  private Retrieval task() {
    List<Retrieval.Query> judged = new ArrayList<>();
    for (int i = 0; i < grades.size(); i++) {
      if (grades.get(i).values().stream().anyMatch(grade -> grade > 0)) {
        judged.add(new Retrieval.Query(queries.texts().get(i), grades.get(i)));
      }
    }
    if (judged.isEmpty()) {
      throw new InvalidInputException(
          "%s judges no document relevant, by a score of 1 or higher, so there is nothing to evaluate."
              .formatted(qrels));
    }
    return new Retrieval(judged, documents.texts(), grades.size() - judged.size());
  }

  private void readJudgements() {
    TextFormat format =
        FormatOptions.NONE.of(Optional.of(qrels), TextFormat.of(TextFormat.Kind.TSV));
    boolean first = true;
    try (TextTable table = TextTable.open(qrels, format.withoutHeader().withAnyWidth())) {
      if (!table.hasNext()) {
        throw new InvalidInputException(
            qrels + " has no judgement, so there is nothing to evaluate.");
      }
      while (table.hasNext()) {
        TextTable.Row row = table.next();
        Judgement judgement = judgement(row);
        if (!first || !isHeader(judgement)) {
          add(judgement, row.line());
        }
        first = false;
      }
    }
  }

  private record Judgement(String query, String document, String score) {}

  /** Splits a row at tabs or, if there are none, at white space; TREC's second column is unused. */
  private Judgement judgement(TextTable.Row row) {
    List<String> cells = new ArrayList<>();
    for (int i = 0; i < row.size(); i++) {
      cells.add(row.text(i));
    }
    if (cells.size() == 1) {
      cells = List.of(cells.get(0).strip().split("\\s+"));
    }
    if (cells.size() != 3 && cells.size() != 4) {
      throw new InvalidInputException(
          "%s, line %d: a judgement has three columns, query-id, corpus-id and score, or TREC's four, but this row has %d. Columns are separated by tabs."
              .formatted(qrels, row.line(), cells.size()));
    }
    int last = cells.size() - 1;
    return new Judgement(cells.get(0), cells.get(last - 1), cells.get(last).strip());
  }

  /** Returns whether a row names columns: a row with any number as its score is a judgement. */
  private boolean isHeader(Judgement judgement) {
    return !queries.has(judgement.query())
        && !documents.has(judgement.document())
        && !judgement.score().matches("([-+]?[.]?[0-9].*)?");
  }

  private void add(Judgement judgement, long line) {
    int query = queries.find(judgement.query(), qrels, line);
    int document = documents.find(judgement.document(), qrels, line);
    int grade = grade(judgement.score(), line);
    if (grades.get(query).put(document, grade) != null) {
      throw new InvalidInputException(
          "%s, line %d: the query '%s' and the document '%s' are judged twice."
              .formatted(qrels, line, judgement.query(), judgement.document()));
    }
  }

  private int grade(String score, long line) {
    try {
      return Integer.parseInt(score);
    } catch (NumberFormatException e) {
      throw new InvalidInputException(
          "%s, line %d: the score '%s' is not a whole number.".formatted(qrels, line, score), e);
    }
  }
}
