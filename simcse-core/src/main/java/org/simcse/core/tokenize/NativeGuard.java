package org.simcse.core.tokenize;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.simcse.api.error.CheckpointException;

/**
 * Rejects the faults of a {@code tokenizer.json} that the native library does not report but aborts
 * the JVM for; found by altering every value of valid files.
 */
final class NativeGuard {
  private NativeGuard() {}

  static void check(JsonNode tokenizer, String source) {
    JsonNode processor = tokenizer.path("post_processor");
    checkTemplate(processor, source);
    processor.path("processors").forEach(part -> checkTemplate(part, source));
    checkMerges(tokenizer.path("model"), source);
  }

  private static void checkTemplate(JsonNode processor, String source) {
    for (String template : List.of("single", "pair")) {
      for (JsonNode piece : processor.path(template)) {
        JsonNode token = piece.path("SpecialToken").path("id");
        if (token.isTextual() && !processor.path("special_tokens").has(token.textValue())) {
          throw new CheckpointException(
              "%s: the post_processor's template '%s' names the token '%s', which is not among its special_tokens."
                  .formatted(source, template, token.textValue()));
        }
      }
    }
  }

  private static void checkMerges(JsonNode model, String source) {
    String prefix = model.path("continuing_subword_prefix").asText("");
    for (JsonNode merge : model.path("merges")) {
      String right =
          merge.isArray()
              ? merge.path(1).asText()
              : merge.asText().substring(merge.asText().indexOf(' ') + 1);
      if (!right.startsWith(prefix)) {
        throw new CheckpointException(
            "%s: the merge %s does not continue with the model's continuing_subword_prefix '%s'."
                .formatted(source, merge, prefix));
      }
    }
  }
}
