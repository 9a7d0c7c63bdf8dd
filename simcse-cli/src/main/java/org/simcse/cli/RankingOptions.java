package org.simcse.cli;

import static java.util.stream.Collectors.joining;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.simcse.api.error.InvalidInputException;
import org.simcse.core.embed.Prompt;
import org.simcse.core.evaluate.Retrieval;
import org.simcse.core.evaluate.Triplets;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options for a user's own texts that a model should rank: triplets, or queries and documents. */
final class RankingOptions {
  @Option(
      names = "--triplets",
      paramLabel = "FILE",
      description =
          "Your own rows of an anchor, a positive and negatives, as for training: csv, tsv or jsonl.")
  private Optional<Path> triplets = Optional.empty();

  @Option(
      names = "--corpus",
      paramLabel = "FILE",
      description =
          "Your own documents in the layout of BEIR: jsonl with _id, text and, if there are titles, title.")
  private Optional<Path> corpus = Optional.empty();

  @Option(
      names = "--queries",
      paramLabel = "FILE",
      description = "Your own queries for the documents: jsonl with _id and text.")
  private Optional<Path> queries = Optional.empty();

  @Option(
      names = "--qrels",
      paramLabel = "FILE",
      description =
          "Which documents are relevant to which queries: tsv with query-id, corpus-id and score, where 0 is not relevant; or TREC's four columns.")
  private Optional<Path> qrels = Optional.empty();

  @Option(
      names = "--recall-at",
      paramLabel = "K",
      split = ",",
      description = "The ranks at which recall is measured; default: 10,100.")
  private List<Integer> recallAt = List.of();

  @Mixin private RolePromptOptions prompts = new RolePromptOptions();

  Optional<Path> triplets() {
    return triplets;
  }

  /**
   * Returns the file of documents, if there is one.
   *
   * @throws InvalidInputException if only some of the three files are given
   */
  Optional<Path> corpus() {
    Map<String, Optional<Path>> files = new LinkedHashMap<>();
    files.put("--corpus", corpus);
    files.put("--queries", queries);
    files.put("--qrels", qrels);
    List<String> missing =
        files.entrySet().stream()
            .filter(option -> option.getValue().isEmpty())
            .map(option -> option.getKey() + " FILE")
            .toList();
    if (!missing.isEmpty() && missing.size() < files.size()) {
      throw new InvalidInputException(
          "%s belong together; add %s."
              .formatted(
                  String.join(", ", files.keySet()), missing.stream().collect(joining(" and "))));
    }
    return corpus;
  }

  /**
   * Reads the triplets.
   *
   * @param columns the columns that were chosen
   * @param prompt the prompt that was chosen for every text
   */
  MeasuredTask readTriplets(TableOptions table, List<String> columns, Optional<Prompt> prompt) {
    Triplets read = Triplets.read(triplets.orElseThrow(), table.format(), columns);
    Prompt ofAnchors = prompts.ofQueries(prompt);
    Prompt ofOthers = prompts.ofDocuments(prompt);
    return new MeasuredTask(
        read.source(),
        Map.of("triplets", read.source()),
        Map.of("triplets", read.size()),
        read.texts(),
        List.of(),
        embedder -> read.run(embedder.behind(ofAnchors), embedder.behind(ofOthers)));
  }

  /**
   * Reads queries, documents and judgements.
   *
   * @param prompt the prompt that was chosen for every text
   */
  MeasuredTask readRetrieval(Optional<Prompt> prompt) {
    requireRanks();
    List<Integer> ranks = recallAt.isEmpty() ? List.of(10, 100) : recallAt;
    Path documents = corpus.orElseThrow();
    Path judgements = qrels.orElseThrow();
    Retrieval read = Retrieval.read(documents, queries.orElseThrow(), judgements);
    Map<String, Object> sources = new LinkedHashMap<>();
    sources.put("corpus", documents.toString());
    sources.put("queries", queries.orElseThrow().toString());
    sources.put("qrels", judgements.toString());
    sources.put("queries_left_out", read.leftOut());
    Map<String, Integer> sizes = new LinkedHashMap<>();
    sizes.put("queries", read.queries().size());
    sizes.put("documents", read.documents().size());
    Prompt ofQueries = prompts.ofQueries(prompt);
    Prompt ofDocuments = prompts.ofDocuments(prompt);
    return new MeasuredTask(
        documents + ", " + judgements,
        sources,
        sizes,
        read.texts(),
        notes(read),
        embedder -> read.run(embedder.behind(ofQueries), embedder.behind(ofDocuments), ranks));
  }

  private void requireRanks() {
    for (int rank : recallAt) {
      if (rank < 1) {
        throw new InvalidInputException(
            "The ranks of --recall-at are counted from 1, but one is %d.".formatted(rank));
      }
    }
  }

  private static List<String> notes(Retrieval read) {
    List<String> notes = new ArrayList<>();
    if (read.leftOut() > 0) {
      notes.add(
          "%d of %d queries have no relevant document and do not count."
              .formatted(read.leftOut(), read.leftOut() + read.queries().size()));
    }
    long blank = read.documents().stream().filter(String::isBlank).count();
    if (blank > 0) {
      notes.add("%d of %d documents are blank.".formatted(blank, read.documents().size()));
    }
    return notes;
  }
}
