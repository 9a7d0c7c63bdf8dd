package org.simcse.cli;

import java.util.Optional;
import org.simcse.core.embed.Prompt;
import picocli.CommandLine.Option;

/** Options for the prompts of queries and of documents where a model compares the two. */
final class RolePromptOptions {
  @Option(
      names = "--query-prompt",
      paramLabel = "TEXT",
      description =
          "Text to prepend to queries and anchors; default: --prompt or --prompt-name, else the model's prompt 'query', else none.")
  private Optional<String> queryPrompt = Optional.empty();

  @Option(
      names = "--document-prompt",
      paramLabel = "TEXT",
      description =
          "Text to prepend to documents, positives and negatives; default: --prompt or --prompt-name, else the model's prompt 'document', 'passage' or 'corpus', else none.")
  private Optional<String> documentPrompt = Optional.empty();

  /**
   * Returns the prompt of queries and anchors.
   *
   * @param ofAllTexts the prompt that was chosen for every text
   */
  Prompt ofQueries(Optional<Prompt> ofAllTexts) {
    return queryPrompt.map(Prompt::text).or(() -> ofAllTexts).orElseGet(Prompt::ofQueries);
  }

  /**
   * Returns the prompt of all other texts.
   *
   * @param ofAllTexts the prompt that was chosen for every text
   */
  Prompt ofDocuments(Optional<Prompt> ofAllTexts) {
    return documentPrompt.map(Prompt::text).or(() -> ofAllTexts).orElseGet(Prompt::ofDocuments);
  }
}
