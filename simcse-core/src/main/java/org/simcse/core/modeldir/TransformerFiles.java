package org.simcse.core.modeldir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.simcse.api.error.CheckpointException;
import org.simcse.core.io.Json;

/**
 * sentence-transformers' settings of the encoder's input: {@code sentence_bert_config.json}, or its
 * equivalent under the name that early releases wrote.
 *
 * @param maxLength the largest number of tokens of a sentence
 * @param lowerCase whether texts are lowercased before tokenization
 */
record TransformerFiles(Optional<Integer> maxLength, boolean lowerCase) {
  private static final List<String> NAMES =
      List.of(
          "sentence_bert_config.json",
          "sentence_roberta_config.json",
          "sentence_distilbert_config.json",
          "sentence_camembert_config.json",
          "sentence_albert_config.json",
          "sentence_xlm-roberta_config.json",
          "sentence_xlnet_config.json");

  private static final String MAX_LENGTH = "max_seq_length";
  private static final String LOWER_CASE = "do_lower_case";

  /** Settings that do not change the vectors. */
  private static final Map<String, Set<String>> HARMLESS =
      Map.of(
          "model_kwargs", Set.of("torch_dtype", "dtype", "attn_implementation"),
          "model_args", Set.of("torch_dtype", "dtype", "attn_implementation"),
          "processor_kwargs", Set.of(),
          "tokenizer_args", Set.of(),
          "config_kwargs", Set.of(),
          "config_args", Set.of());

  /**
   * Reads the file, and {@code tokenizer_config.json} if it does not specify the length.
   *
   * @param folder the folder of the encoder
   */
  static TransformerFiles read(Path folder) {
    Optional<Json> config =
        NAMES.stream().map(folder::resolve).filter(Files::exists).findFirst().map(Json::read);
    config.ifPresent(TransformerFiles::check);
    return new TransformerFiles(
        config
            .flatMap(json -> ModelMetadata.maxLength(json, MAX_LENGTH))
            .or(() -> tokenizerLength(folder)),
        config.flatMap(json -> json.find(LOWER_CASE, Boolean.class)).orElse(false));
  }

  private static void check(Json config) {
    config.refuseUnknown(
        Set.of(
            MAX_LENGTH,
            LOWER_CASE,
            "transformer_task",
            "modality_config",
            "module_output_name",
            "model_kwargs",
            "model_args",
            "processor_kwargs",
            "tokenizer_args",
            "config_kwargs",
            "config_args"));
    requireEqual(config, "transformer_task", "feature-extraction");
    requireEqual(config, "module_output_name", "token_embeddings");
    HARMLESS.forEach(
        (field, harmless) ->
            config
                .find(field, Map.class)
                .ifPresent(
                    arguments -> {
                      if (!harmless.containsAll(arguments.keySet())) {
                        throw new CheckpointException(
                            "%s: the field %s is %s, which is not supported."
                                .formatted(config.source(), field, arguments));
                      }
                    }));
    config
        .find("modality_config", Map.class)
        .ifPresent(
            modalities -> {
              Object text = Map.of("method", "forward", "method_output_name", "last_hidden_state");
              if (!text.equals(modalities.get("text"))) {
                throw new CheckpointException(
                    "%s: the field modality_config has %s for text; only %s is supported."
                        .formatted(config.source(), modalities.get("text"), text));
              }
            });
  }

  private static void requireEqual(Json config, String field, String supported) {
    String value = config.find(field, String.class).orElse(supported);
    if (!value.equals(supported)) {
      throw new CheckpointException(
          "%s: the field %s is %s; only %s is supported."
              .formatted(config.source(), field, value, supported));
    }
  }

  /**
   * Returns the tokenizer's maximal length. Tokenizers without a limit have an unreachable number
   * there, such as 1e30.
   */
  private static Optional<Integer> tokenizerLength(Path folder) {
    Path file = folder.resolve("tokenizer_config.json");
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    return Json.read(file)
        .find("model_max_length", Number.class)
        .map(Number::doubleValue)
        .filter(length -> length >= 1 && length <= Integer.MAX_VALUE)
        .map(Double::intValue);
  }
}
