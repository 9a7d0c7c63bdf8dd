package org.simcse.core.modeldir;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.simcse.core.weights.Checkpoint;
import org.simcse.core.weights.ParameterNames;

/**
 * A summary of a model directory for display; no engine is loaded.
 *
 * @param facts values by label, in display order
 * @since 0.1.0
 */
public record ModelInfo(Map<String, String> facts) {
  private static final String UNSAID = "not said";

  /**
   * Inspects a directory.
   *
   * @throws org.simcse.api.error.CheckpointException if its weights cannot be read
   */
  public static ModelInfo of(ModelDirectory model) {
    ModelMetadata metadata = model.metadata();
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("model", model.source());
    facts.put("type", model.modelType());
    for (String key :
        new String[] {
          "hidden_size",
          "num_hidden_layers",
          "num_attention_heads",
          "intermediate_size",
          "vocab_size",
          "max_position_embeddings"
        }) {
      facts.put(key.replace('_', ' '), String.valueOf(model.config().getOrDefault(key, UNSAID)));
    }
    facts.put("pooler", metadata.pooler().orElse(UNSAID + ": choose one with the setting pooler"));
    facts.put("head", metadata.head().map(HeadMode::id).orElse(UNSAID));
    facts.put(
        "modules",
        metadata.modules().isEmpty()
            ? "none"
            : metadata.modules().stream()
                .map(ModelInfo::described)
                .collect(Collectors.joining(", ")));
    facts.put("normalize", metadata.normalize().map(String::valueOf).orElse(UNSAID));
    facts.put("max length", metadata.maxLength().map(String::valueOf).orElse(UNSAID));
    facts.put(
        "prompts",
        metadata.prompts().byName().isEmpty()
            ? "none"
            : metadata.prompts().byName()
                + metadata.prompts().defaultName().map(name -> ", default " + name).orElse(""));
    facts.put("similarity", metadata.similarity().orElse(UNSAID));
    facts.put("temperature", metadata.temperature().map(String::valueOf).orElse(UNSAID));
    try (Checkpoint weights = ParameterNames.of(model.openWeights(), "", Set.of())) {
      long parameters =
          weights.names().stream()
              .mapToLong(
                  name -> java.util.Arrays.stream(weights.shape(name)).reduce(1, (a, b) -> a * b))
              .sum();
      facts.put(
          "weights",
          "%s, %d tensors, %,d numbers"
              .formatted(weights.source(), weights.names().size(), parameters));
    }
    return new ModelInfo(facts);
  }

  private static String described(SentenceModule module) {
    if (module instanceof SentenceModule.Dense dense) {
      return "Dense of %d to %d, %s%s"
          .formatted(
              dense.inFeatures(),
              dense.outFeatures(),
              dense.activation().name().toLowerCase(Locale.ROOT),
              dense.residual() ? ", residual" : "");
    }
    return module instanceof SentenceModule.LayerNorm ? "LayerNorm" : "Normalize";
  }
}
