package org.simcse.core.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.simcse.api.error.InvalidInputException;

class RetrievalTest {
  private static final String CORPUS =
      """
      {"_id": "d1", "title": "A", "text": " b \\n"}
      {"_id": "d2", "title": "", "text": "c"}
      {"_id": "3", "title": null, "text": ""}
      """;
  private static final String QUERIES =
      """
      {"_id": "q1", "text": " one "}
      {"_id": "q2", "text": "two", "metadata": {}}
      {"_id": "q3", "text": "three"}
      """;
  private static final String QRELS =
      "query-id\tcorpus-id\tscore\nq2\t3\t2\nq1\td2\t0\nq2\td1\t1\n";

  @TempDir private Path directory = Path.of("");

  private Path file(String name, String content) throws IOException {
    return Files.writeString(directory.resolve(name), content);
  }

  private Retrieval read(String corpus, String queries, String qrels) throws IOException {
    return Retrieval.read(
        file("corpus.jsonl", corpus), file("queries.jsonl", queries), file("qrels.tsv", qrels));
  }

  @Test
  void titlesPrecedeTextsAndQueriesWithoutRelevantDocumentsAreLeftOut() throws IOException {
    Retrieval retrieval = read(CORPUS, QUERIES, QRELS);
    assertThat(retrieval.documents()).containsExactly("A  b", "c", "");
    assertThat(retrieval.queries()).containsExactly(new Retrieval.Query("two", Map.of(2, 2, 0, 1)));
    assertThat(retrieval.leftOut()).isEqualTo(2);
    assertThat(retrieval.texts()).isEqualTo(4);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "q1\td2\t1\n", // BEIR without a header
        "q1\t0\td2\t1\n", // MS MARCO
        "q1 0 d2 1\nq2 0 d1 -1\n", // TREC
      })
  void judgementsAreReadWithoutAHeaderToo(String qrels) throws IOException {
    assertThat(read(CORPUS, QUERIES, qrels).queries())
        .containsExactly(new Retrieval.Query(" one ", Map.of(1, 1)));
  }

  @Test
  void filesMayBePackedAndSeparated() throws IOException {
    Path packed = directory.resolve("corpus.jsonl.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
      out.write(CORPUS.getBytes(StandardCharsets.UTF_8));
    }
    Path queries = file("queries.tsv", "_id\ttext\nq1\tone\n");
    assertThat(Retrieval.read(packed, queries, file("qrels.tsv", "q1\td2\t1\n")).queries())
        .containsExactly(new Retrieval.Query("one", Map.of(1, 1)));
  }

  @Test
  void onlyTitlesMustBeInAllDocumentsOrNone() throws IOException {
    String corpus = "{'_id': '1', 'text': 'a'}\n{'_id': '2', 'text': 'b', 'url': 'c'}\n";
    assertThat(read(corpus.replace('\'', '"'), QUERIES, "q1\t2\t1\n").documents())
        .containsExactly("a", "b");
  }

  @Test
  void allMissingFilesAreNamed() throws IOException {
    Path queries = file("queries.jsonl", QUERIES);
    Path corpus = directory.resolve("corpus");
    Path qrels = directory.resolve("qrels");
    assertThatThrownBy(() -> Retrieval.read(corpus, queries, qrels))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("The files %s, %s do not exist.".formatted(corpus, qrels));
    assertThatThrownBy(() -> Retrieval.read(queries, queries, qrels))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("The file %s does not exist.".formatted(qrels));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          corpus  | 3   | {"_id": "d1", "title": "", "text": "x"}  | corpus.jsonl, line 3: there is another document with the id 'd1'.
          corpus  | 3   | {"_id": "d3", "text": "x"}               | corpus.jsonl, line 3: there is no text in the field 'title'.
          corpus  | 1   | {"_id": "d1", "text": "x"}               | corpus.jsonl, line 2: this document has a title, but the first has none. Give every document a title, which may be empty, or none.
          corpus  | 1   | {"_id": "d1", "text": "x", "url": "y"}   | corpus.jsonl, line 2: this document has a title, but the first has none. Give every document a title, which may be empty, or none.
          corpus  | 1   | {"id": "d1", "text": "x"}                | corpus.jsonl has no column '_id'; it has the columns [id, text].
          corpus  | all |                                          | corpus.jsonl has no document, so there is nothing to evaluate.
          queries | 2   | {"_id": "q1", "text": "x"}               | queries.jsonl, line 2: there is another query with the id 'q1'.
          corpus  | 2   | {"_id": "d2", "title": "", "text": null} | corpus.jsonl, line 2: the text of this document is null; give it a text, which may be empty.
          queries | 1   | {"_id": "q1", "text": null}              | queries.jsonl, line 1: the text of this query is null; give it a text.
          queries | 1   | {"_id": "q1", "text": " "}               | queries.jsonl, line 1: this query is blank; give it a text, or leave it out.
          queries | all |                                          | queries.jsonl has no query, so there is nothing to evaluate.
          qrels   | 3   | q9 d2 1                                  | qrels.tsv, line 3: the query 'q9' is not in DIR/queries.jsonl.
          qrels   | 3   | q1 d9 1                                  | qrels.tsv, line 3: the document 'd9' is not in DIR/corpus.jsonl.
          qrels   | 3   | q1 d2 0.5                                | qrels.tsv, line 3: the score '0.5' is not a whole number.
          qrels   | 1   | q1 d2 high                               | qrels.tsv, line 1: the score 'high' is not a whole number.
          qrels   | 1   | q9 d9 1.0                                | qrels.tsv, line 1: the query 'q9' is not in DIR/queries.jsonl.
          qrels   | 3   | q1 d2 99999999999                        | qrels.tsv, line 3: the score '99999999999' is not a whole number.
          qrels   | 3   | q2 3 2                                   | qrels.tsv, line 3: the query 'q2' and the document '3' are judged twice.
          qrels   | 3   | q1 d2                                    | qrels.tsv, line 3: a judgement has three columns, query-id, corpus-id and score, or TREC's four, but this row has 2. Columns are separated by tabs.
          qrels   | 1   | q1 d2 1 7 8                              | qrels.tsv, line 1: a judgement has three columns, query-id, corpus-id and score, or TREC's four, but this row has 5. Columns are separated by tabs.
          qrels   | all |                                          | qrels.tsv has no judgement, so there is nothing to evaluate.
          qrels   | all | q1 d2 0                                  | qrels.tsv judges no document relevant, by a score of 1 or higher, so there is nothing to evaluate.
          """)
  void whatIsWrongIsRefusedWithFileAndLine(
      String file, String line, String content, String message) {
    assertThatThrownBy(
            () ->
                read(
                    file.equals("corpus") ? replaced(CORPUS, line, content) : CORPUS,
                    file.equals("queries") ? replaced(QUERIES, line, content) : QUERIES,
                    file.equals("qrels") ? replaced(QRELS, line, content) : QRELS))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(directory + "/" + message.replace("DIR", directory.toString()));
  }

  private static String replaced(String file, String line, String content) {
    String replacement =
        content == null ? "" : (content.startsWith("{") ? content : content.replace(' ', '\t'));
    if (line.equals("all")) {
      return replacement;
    }
    List<String> lines = file.lines().toList();
    int index = Integer.parseInt(line) - 1;
    return String.join(
        "\n",
        IntStream.range(0, lines.size())
            .mapToObj(i -> i == index ? replacement : lines.get(i))
            .toList());
  }

  /** Vectors whose angle in degrees is the text, so that near numbers are similar texts. */
  private static float[][] angles(List<String> texts) {
    return texts.stream()
        .map(text -> Math.toRadians(Double.parseDouble(text)))
        .map(angle -> new float[] {(float) Math.cos(angle), (float) Math.sin(angle)})
        .toArray(float[][]::new);
  }

  @Test
  void documentsAreRankedByTheirCosinesAndTheFirstOfEqualsIsFirst() {
    Retrieval retrieval =
        new Retrieval(
            List.of(
                new Retrieval.Query("0", Map.of(0, 1, 3, 2)), // ranks 4 and 1
                new Retrieval.Query("61", Map.of(2, 1))), // rank 2, behind its equal
            List.of("90", "60", "60", "5"),
            0);
    UnitFigures figures =
        retrieval.run(RetrievalTest::angles, RetrievalTest::angles, List.of(1, 2));
    Map<String, double[]> measures = figures.byMeasure();
    assertThat(measures.keySet())
        .containsExactly("nDCG@10", "MRR@10", "MAP@100", "recall@1", "recall@2");
    assertThat(measures.get("nDCG@10"))
        .containsExactly(
            new double[] {(2 + 1 / 2.3219281) / (2 + 1 / 1.5849625), 1 / 1.5849625}, within(1e-7));
    assertThat(measures.get("MRR@10")).containsExactly(1, 0.5);
    assertThat(measures.get("MAP@100")).containsExactly((1 + 2 / 4.0) / 2, 0.5);
    assertThat(measures.get("recall@1")).containsExactly(0.5, 0);
    assertThat(figures.mean("recall@2")).isEqualTo(0.75);
  }

  /** More documents than are embedded at a time, each closer than the one before. */
  @Test
  void manyDocumentsAreSearchedInBlocks() {
    List<String> documents =
        IntStream.rangeClosed(1, 10_000).mapToObj(i -> Double.toString(90 - i * 0.005)).toList();
    Retrieval retrieval =
        new Retrieval(List.of(new Retrieval.Query("0", Map.of(9_850, 1))), documents, 0);
    UnitFigures figures =
        retrieval.run(
            RetrievalTest::angles,
            texts -> {
              assertThat(texts).hasSizeLessThanOrEqualTo(8192);
              return angles(texts);
            },
            List.of(149, 150));
    assertThat(figures.mean("recall@149")).isZero();
    assertThat(figures.mean("recall@150")).isEqualTo(1);
    assertThat(figures.mean("MAP@100")).isZero();
  }
}
