package org.simcse.core.modeldir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.simcse.api.error.CheckpointException;
import org.simcse.core.io.AtomicFile;
import org.simcse.core.io.Json;

/**
 * How a model's vectors are made, where its directory says so; nothing here is guessed.
 *
 * @param pooler the pooler's name
 * @param head when the head's MLP, kept with the weights, is applied
 * @param dense a layer behind the pooler, kept in a folder of its own
 * @param normalize whether vectors are scaled to length 1
 * @param maxLength the largest number of tokens of a sentence
 * @param temperature what similarities were divided by in training
 * @param hardNegativeWeight what was added to the logits of own hard negatives in training
 */
public record ModelMetadata(
    Optional<String> pooler,
    Optional<HeadMode> head,
    Optional<DenseLayer> dense,
    Optional<Boolean> normalize,
    Optional<Integer> maxLength,
    Optional<Double> temperature,
    Optional<Double> hardNegativeWeight) {
  /** The file that keeps it beside {@code config.json}. */
  static final String FILE = "simcse.json";

  /** The largest number of tokens of a sentence, for an encoder that has positions for some. */
  public int lengthWithin(int positions) {
    return maxLength.map(length -> Math.min(length, positions)).orElse(positions);
  }

  /** What a bare directory says: nothing. */
  public static ModelMetadata none() {
    return new ModelMetadata(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** What {@code simcse.json} says; {@link #none} where there is none. */
  static ModelMetadata read(Path directory) {
    Path file = directory.resolve(FILE);
    if (!Files.exists(file)) {
      return none();
    }
    Json json = Json.read(file);
    return new ModelMetadata(
        json.find("pooler", String.class),
        json.find("head", String.class).map(id -> head(file, id)),
        Optional.empty(),
        json.find("normalize", Boolean.class),
        maxLength(json, "max_length"),
        temperature(json),
        number(json, "hard_negative_weight"));
  }

  /** A length in tokens, if it is there. */
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

  /** This, and what {@code other} says where this says nothing. */
  ModelMetadata orElse(ModelMetadata other) {
    return new ModelMetadata(
        pooler.or(other::pooler),
        head.or(other::head),
        // Who names a head mode keeps the head with the weights; the folder is a copy of it.
        dense.or(() -> head.isPresent() ? Optional.empty() : other.dense),
        normalize.or(other::normalize),
        maxLength.or(other::maxLength),
        temperature.or(other::temperature),
        hardNegativeWeight.or(other::hardNegativeWeight));
  }

  /**
   * Writes {@code simcse.json}, whole or not at all. A {@link #dense} layer is not part of it: its
   * folder says all.
   *
   * @throws org.simcse.api.error.SimCseException if the directory cannot be written to
   */
  public void write(Path directory) {
    Map<String, Object> fields = new LinkedHashMap<>();
    pooler.ifPresent(value -> fields.put("pooler", value));
    head.ifPresent(value -> fields.put("head", value.id()));
    temperature.ifPresent(value -> fields.put("temperature", value));
    hardNegativeWeight.ifPresent(value -> fields.put("hard_negative_weight", value));
    maxLength.ifPresent(value -> fields.put("max_length", value));
    normalize.ifPresent(value -> fields.put("normalize", value));
    AtomicFile.write(directory.resolve(FILE), out -> out.write(Json.bytes(fields)));
  }
}
