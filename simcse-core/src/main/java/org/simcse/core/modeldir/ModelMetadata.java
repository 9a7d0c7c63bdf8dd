package org.simcse.core.modeldir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.simcse.api.error.CheckpointException;
import org.simcse.core.io.AtomicFile;
import org.simcse.core.io.Json;

/**
 * How a model's vectors are computed, as far as its directory specifies it; nothing is inferred.
 *
 * @param pooler the pooler's name, with options as in {@code attention:heads=4}
 * @param head when the head's MLP, kept with the encoder's weights, is applied
 * @param modules the modules after the pooler, in order, except a final {@code Normalize}
 * @param normalize whether vectors are scaled to length 1 at the end
 * @param maxLength the largest number of tokens of a sentence
 * @param prompts the prompts that may precede a text
 * @param similarity the name of the similarity function of vectors, such as {@code cosine}
 * @param temperature the divisor of similarities in training
 * @param hardNegativeWeight the constant added to the logits of a row's own hard negatives in
 *     training
 * @since 0.1.0
 */
public record ModelMetadata(
    Optional<String> pooler,
    Optional<HeadMode> head,
    List<SentenceModule> modules,
    Optional<Boolean> normalize,
    Optional<Integer> maxLength,
    Prompts prompts,
    Optional<String> similarity,
    Optional<Double> temperature,
    Optional<Double> hardNegativeWeight) {
  /** The name of its file beside {@code config.json}. */
  static final String FILE = "simcse.json";

  private static final String MODULES = "modules";
  private static final String INCLUDE_PROMPT = "include_prompt";

  private static final Set<String> FIELDS =
      Set.of(
          "pooler",
          "head",
          "temperature",
          "hard_negative_weight",
          "max_length",
          "normalize",
          INCLUDE_PROMPT,
          MODULES);

  /** Copies the list. */
  public ModelMetadata {
    modules = List.copyOf(modules);
  }

  /**
   * Returns the largest number of tokens of a sentence, for an encoder with a number of positions.
   */
  public int lengthWithin(int positions) {
    return maxLength.map(length -> Math.min(length, positions)).orElse(positions);
  }

  /** Returns metadata that specifies nothing, as of a directory without metadata files. */
  public static ModelMetadata none() {
    return new ModelMetadata(
        Optional.empty(),
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Prompts.none(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** Returns the contents of {@code simcse.json}; {@link #none} if there is no such file. */
  static ModelMetadata read(Path directory) {
    Path file = directory.resolve(FILE);
    if (!Files.exists(file)) {
      return none();
    }
    Json json = Json.read(file);
    json.refuseUnknown(FIELDS);
    return new ModelMetadata(
        json.find("pooler", String.class),
        json.find("head", String.class).map(id -> head(file, id)),
        modules(directory, json),
        json.find("normalize", Boolean.class),
        maxLength(json, "max_length"),
        Prompts.none().withPooled(json.find(INCLUDE_PROMPT, Boolean.class).orElse(true)),
        Optional.empty(),
        temperature(json),
        number(json, "hard_negative_weight"));
  }

  /** Reads the modules, which are listed here if sentence-transformers lacks the pooler. */
  private static List<SentenceModule> modules(Path directory, Json json) {
    List<SentenceModule> modules = new ArrayList<>();
    for (Json module : json.list(MODULES)) {
      Path folder = directory.resolve(module.get("path", String.class));
      SentenceTransformersFiles.module(module.get("type", String.class), folder, module)
          .ifPresent(modules::add);
    }
    return modules;
  }

  /** Returns a length in tokens, if present. */
  static Optional<Integer> maxLength(Json json, String field) {
    Optional<Integer> length = json.find(field, Integer.class);
    length.ifPresent(
        value -> {
          if (value < 1) {
            throw new CheckpointException(
                "%s: the field %s is %d, but a sentence has at least one token."
                    .formatted(json.source(), field, value));
          }
        });
    return length;
  }

  private static Optional<Double> temperature(Json json) {
    Optional<Double> temperature = number(json, "temperature");
    temperature.ifPresent(
        value -> {
          if (!(value > 0)) {
            throw new CheckpointException(
                "%s: the field temperature is %s, but similarities are divided by it."
                    .formatted(json.source(), value));
          }
        });
    return temperature;
  }

  private static Optional<Double> number(Json json, String field) {
    return json.find(field, Number.class).map(Number::doubleValue);
  }

  private static HeadMode head(Path file, String id) {
    return HeadMode.of(id)
        .orElseThrow(
            () ->
                new CheckpointException(
                    "%s: the field head is %s; known are %s.".formatted(file, id, HeadMode.ids())));
  }

  /** Returns this metadata, with unspecified fields taken from sentence-transformers' files. */
  ModelMetadata orElse(ModelMetadata other) {
    return new ModelMetadata(
        pooler.or(other::pooler),
        head.or(other::head),
        modules.isEmpty() ? besidesHead(other.modules) : modules,
        normalize.or(other::normalize),
        maxLength.or(other::maxLength),
        other.prompts.withPooled(prompts.pooled() && other.prompts.pooled()),
        other.similarity,
        temperature.or(other::temperature),
        hardNegativeWeight.or(other::hardNegativeWeight));
  }

  /**
   * Returns the modules without the copy of the head's MLP, the last dense layer if the MLP is
   * applied.
   */
  private List<SentenceModule> besidesHead(List<SentenceModule> all) {
    boolean copied =
        head.equals(Optional.of(HeadMode.TRAIN_AND_TEST))
            && !all.isEmpty()
            && all.get(all.size() - 1) instanceof SentenceModule.Dense;
    return copied ? all.subList(0, all.size() - 1) : all;
  }

  /** Returns a copy with another pooler. */
  public ModelMetadata withPooler(Optional<String> other) {
    return new ModelMetadata(
        other,
        head,
        modules,
        normalize,
        maxLength,
        prompts,
        similarity,
        temperature,
        hardNegativeWeight);
  }

  /** Returns a copy with another head mode, and the hyperparameters of its training. */
  public ModelMetadata withHead(HeadMode mode, Optional<Double> tau, Optional<Double> weight) {
    return new ModelMetadata(
        pooler, Optional.of(mode), modules, normalize, maxLength, prompts, similarity, tau, weight);
  }

  /** Returns a copy with other modules after the pooler. */
  public ModelMetadata withModules(List<SentenceModule> others) {
    return new ModelMetadata(
        pooler,
        head,
        others,
        normalize,
        maxLength,
        prompts,
        similarity,
        temperature,
        hardNegativeWeight);
  }

  /** Returns a copy with vectors scaled to length 1, or not. */
  public ModelMetadata withNormalize(Optional<Boolean> whether) {
    return new ModelMetadata(
        pooler,
        head,
        modules,
        whether,
        maxLength,
        prompts,
        similarity,
        temperature,
        hardNegativeWeight);
  }

  /** Returns a copy with another maximal length. */
  public ModelMetadata withMaxLength(Optional<Integer> tokens) {
    return new ModelMetadata(
        pooler,
        head,
        modules,
        normalize,
        tokens,
        prompts,
        similarity,
        temperature,
        hardNegativeWeight);
  }

  /** Returns a copy with other prompts. */
  public ModelMetadata withPrompts(Prompts others) {
    return new ModelMetadata(
        pooler,
        head,
        modules,
        normalize,
        maxLength,
        others,
        similarity,
        temperature,
        hardNegativeWeight);
  }

  /** Returns a copy with another similarity function. */
  public ModelMetadata withSimilarity(Optional<String> function) {
    return new ModelMetadata(
        pooler,
        head,
        modules,
        normalize,
        maxLength,
        prompts,
        function,
        temperature,
        hardNegativeWeight);
  }

  /**
   * Writes {@code simcse.json} atomically. Prompts and similarity are not part of it, except
   * whether prompts are pooled: they are in sentence-transformers' own file.
   *
   * @param listed the description of the modules, if no {@code modules.json} lists them
   * @throws org.simcse.api.error.SimCseException if the directory cannot be written to
   */
  void write(Path directory, List<Map<String, Object>> listed) {
    Map<String, Object> fields = new LinkedHashMap<>();
    pooler.ifPresent(value -> fields.put("pooler", value));
    head.ifPresent(value -> fields.put("head", value.id()));
    temperature.ifPresent(value -> fields.put("temperature", value));
    hardNegativeWeight.ifPresent(value -> fields.put("hard_negative_weight", value));
    maxLength.ifPresent(value -> fields.put("max_length", value));
    normalize.ifPresent(value -> fields.put("normalize", value));
    if (!prompts.pooled()) {
      fields.put(INCLUDE_PROMPT, false);
    }
    if (!listed.isEmpty()) {
      fields.put(MODULES, listed);
    }
    AtomicFile.write(directory.resolve(FILE), out -> out.write(Json.bytes(fields)));
  }
}
