package org.simcse.core.modeldir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.simcse.api.error.CheckpointException;
import org.simcse.core.io.Json;

/**
 * The configuration of a sentence-transformers directory: {@code modules.json} lists the modules
 * from text to vector, each with its own folder. Unsupported modules are rejected by name.
 *
 * @param transformer the folder of the encoder and its tokenizer
 * @param lowerCase whether texts are lowercased before tokenization
 * @param metadata how vectors are computed
 */
record SentenceTransformersFiles(Path transformer, boolean lowerCase, ModelMetadata metadata) {
  /** The name of the file of prompts and similarity. */
  static final String CONFIG = "config_sentence_transformers.json";

  private static final String SENTENCE_EMBEDDING = "sentence_embedding";

  /** Reads the files; a directory without any of them specifies nothing. */
  static SentenceTransformersFiles read(Path directory) {
    Path modules = directory.resolve("modules.json");
    List<Json> listed = Files.exists(modules) ? Json.readList(modules) : List.of();
    Path transformer = directory;
    Optional<Pooling> pooling = Optional.empty();
    List<SentenceModule> behind = new ArrayList<>();
    for (int place = 0; place < listed.size(); place++) {
      Json module = listed.get(place);
      String kind = kind(module);
      Path folder = folder(directory, module);
      if (place == 0 && kind.equals("Transformer")) {
        transformer = folder;
      } else if (place == 1 && kind.equals("Pooling")) {
        pooling = Optional.of(Pooling.read(Json.read(folder.resolve("config.json"))));
      } else if (place > 1 && !kind.equals("Transformer") && !kind.equals("Pooling")) {
        module(kind, folder, module).ifPresent(behind::add);
      } else {
        throw new CheckpointException(
            "%s: the module %s is not supported at index %d; a Transformer, a Pooling, then any number of Dense, LayerNorm, Normalize and Dropout are."
                .formatted(modules, module.get("type", String.class), place));
      }
    }
    TransformerFiles text = TransformerFiles.read(transformer);
    boolean normalized =
        !behind.isEmpty() && behind.get(behind.size() - 1) instanceof SentenceModule.Normalize;
    boolean pooledPrompt = pooling.map(Pooling::includePrompt).orElse(true);
    return new SentenceTransformersFiles(
        transformer,
        text.lowerCase(),
        ModelMetadata.none()
            .withPooler(pooling.map(Pooling::pooler))
            .withModules(normalized ? behind.subList(0, behind.size() - 1) : behind)
            .withNormalize(listed.isEmpty() ? Optional.empty() : Optional.of(normalized))
            .withMaxLength(text.maxLength())
            .withPrompts(prompts(directory).withPooled(pooledPrompt))
            .withSimilarity(similarity(directory)));
  }

  /** Returns the name of a module's class; classes of other packages may compute anything. */
  private static String kind(Json module) {
    String type = module.get("type", String.class);
    String kind = type.substring(type.lastIndexOf('.') + 1);
    Set<String> known =
        Set.of("Transformer", "Pooling", "Dense", "LayerNorm", "Normalize", "Dropout");
    if (!type.startsWith("sentence_transformers.") || !known.contains(kind)) {
      throw new CheckpointException(
          "%s names the module %s, which is not supported; supported are Transformer, Pooling, Dense, LayerNorm, Normalize and Dropout of sentence-transformers."
              .formatted(module.source(), type));
    }
    module.refuseUnknown(Set.of("idx", "name", "path", "type"));
    return kind;
  }

  private static Path folder(Path directory, Json module) {
    String path = module.find("path", String.class).orElse("");
    Path folder = directory.resolve(path);
    Path root = directory.toAbsolutePath().normalize();
    if (!folder.toAbsolutePath().normalize().startsWith(root)) {
      throw new CheckpointException(
          "%s: the path %s leads out of the model directory.".formatted(module.source(), path));
    }
    return folder;
  }

  /** Returns the module in a folder; empty for one without effect at inference. */
  static Optional<SentenceModule> module(String kind, Path folder, Json module) {
    String path = module.find("path", String.class).orElse("");
    Path file = folder.resolve("config.json");
    return switch (kind) {
      case "Dense" -> Optional.of(dense(path, folder, Json.read(file)));
      case "LayerNorm" -> {
        Json config = Json.read(file);
        config.refuseUnknown(Set.of("dimension"));
        yield Optional.of(
            new SentenceModule.LayerNorm(
                path, config.get("dimension", Integer.class), weights(folder)));
      }
      case "Normalize" -> {
        if (Files.exists(file)) {
          Json config = Json.read(file);
          config.refuseUnknown(Set.of("module_input_name", "module_output_name"));
          requireSentences(config);
        }
        yield Optional.of(new SentenceModule.Normalize(path));
      }
      default -> Optional.empty(); // Dropout
    };
  }

  private static SentenceModule dense(String path, Path folder, Json config) {
    config.refuseUnknown(
        Set.of(
            "in_features",
            "out_features",
            "bias",
            "activation_function",
            "module_input_name",
            "module_output_name",
            "use_residual"));
    requireSentences(config);
    // The default of sentence-transformers is the hyperbolic tangent.
    String activation =
        config
            .find("activation_function", String.class)
            .orElse(SentenceModule.Activation.TANH.className());
    return new SentenceModule.Dense(
        path,
        config.get("in_features", Integer.class),
        config.get("out_features", Integer.class),
        SentenceModule.Activation.of(activation)
            .orElseThrow(
                () ->
                    new CheckpointException(
                        "%s asks for the activation %s, which is not supported; supported are %s."
                            .formatted(
                                config.source(),
                                activation,
                                Arrays.stream(SentenceModule.Activation.values())
                                    .map(SentenceModule.Activation::className)
                                    .collect(Collectors.joining(", "))))),
        config.find("bias", Boolean.class).orElse(true),
        config.find("use_residual", Boolean.class).orElse(false),
        weights(folder));
  }

  /** Requires that a module reads and writes sentences: some read and write tokens. */
  private static void requireSentences(Json config) {
    for (String end : List.of("module_input_name", "module_output_name")) {
      String name = config.find(end, String.class).orElse(SENTENCE_EMBEDDING);
      if (!name.equals(SENTENCE_EMBEDDING)) {
        throw new CheckpointException(
            "%s: the field %s is %s; only %s is supported."
                .formatted(config.source(), end, name, SENTENCE_EMBEDDING));
      }
    }
  }

  private static Path weights(Path folder) {
    return List.of("model.safetensors", "pytorch_model.bin").stream()
        .map(folder::resolve)
        .filter(Files::exists)
        .findFirst()
        .orElseThrow(
            () ->
                new CheckpointException(
                    "%s holds neither model.safetensors nor pytorch_model.bin.".formatted(folder)));
  }

  private static Optional<Json> config(Path directory) {
    Path file = directory.resolve(CONFIG);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    Json config = Json.read(file);
    String type = config.find("model_type", String.class).orElse("SentenceTransformer");
    if (!type.equals("SentenceTransformer")) {
      throw new CheckpointException(
          "%s says that the model is a %s; only a SentenceTransformer gives one vector per text."
              .formatted(file, type));
    }
    return Optional.of(config);
  }

  private static Prompts prompts(Path directory) {
    Optional<Json> config = config(directory);
    if (config.isEmpty()) {
      return Prompts.none();
    }
    Map<String, String> byName = new LinkedHashMap<>();
    config
        .get()
        .find("prompts", Map.class)
        .ifPresent(
            prompts ->
                new Json(config.get().source(), typed(prompts))
                    .fields()
                    .forEach((name, prompt) -> byName.put(name, String.valueOf(prompt))));
    Optional<String> chosen = config.get().find("default_prompt_name", String.class);
    chosen
        .filter(name -> !byName.containsKey(name))
        .ifPresent(
            name -> {
              throw new CheckpointException(
                  "%s: the default_prompt_name is %s, but the prompts are %s."
                      .formatted(config.get().source(), name, byName.keySet()));
            });
    return new Prompts(byName, chosen, true);
  }

  private static Map<String, Object> typed(Map<?, ?> fields) {
    Map<String, Object> typed = new LinkedHashMap<>();
    fields.forEach((name, value) -> typed.put(String.valueOf(name), value));
    return typed;
  }

  private static Optional<String> similarity(Path directory) {
    return config(directory).flatMap(config -> config.find("similarity_fn_name", String.class));
  }
}
