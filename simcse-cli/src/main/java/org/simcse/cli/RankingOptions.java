package org.simcse.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.simcse.core.embed.Prompt;
import org.simcse.core.evaluate.Triplets;
import picocli.CommandLine.Option;

/** Options for a user's own texts that a model should rank: triplets. */
final class RankingOptions {
  @Option(
      names = "--triplets",
      paramLabel = "FILE",
      description =
          "Your own rows of an anchor, a positive and negatives, as for training: csv, tsv or jsonl.")
  private Optional<Path> triplets = Optional.empty();

  @Option(
      names = "--query-prompt",
      paramLabel = "TEXT",
      description =
          "Text to prepend to anchors; default: --prompt or --prompt-name, else the model's prompt 'query', else none.")
  private Optional<String> queryPrompt = Optional.empty();

  @Option(
      names = "--document-prompt",
      paramLabel = "TEXT",
      description =
          "Text to prepend to positives and negatives; default: --prompt or --prompt-name, else the model's prompt 'document', 'passage' or 'corpus', else none.")
  private Optional<String> documentPrompt = Optional.empty();

  Optional<Path> triplets() {
    return triplets;
  }

  /** Returns whether prompts of queries or documents were given. */
  boolean prompts() {
    return queryPrompt.isPresent() || documentPrompt.isPresent();
  }

  /**
   * Reads the triplets.
   *
   * @param columns the columns that were chosen
   * @param prompt the prompt that was chosen for every text
   */
  MeasuredTask readTriplets(TableOptions table, List<String> columns, Optional<Prompt> prompt) {
    Triplets read = Triplets.read(triplets.orElseThrow(), table.format(), columns);
    Prompt query = prompt(queryPrompt, prompt, Prompt.ofQueries());
    Prompt document = prompt(documentPrompt, prompt, Prompt.ofDocuments());
    return new MeasuredTask(
        read.source(),
        Map.of("triplets", read.source()),
        Map.of("triplets", read.size()),
        read.texts(),
        List.of(),
        embedder -> read.run(embedder.behind(query), embedder.behind(document)));
  }

  private static Prompt prompt(Optional<String> text, Optional<Prompt> ofAllTexts, Prompt ofModel) {
    return text.map(Prompt::text).or(() -> ofAllTexts).orElse(ofModel);
  }
}
