package org.simcse.cli.chart;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.simcse.api.error.InvalidInputException;

/**
 * The metrics of a training run by step, as read from its {@code metrics.jsonl}.
 *
 * <p>A line is a JSON object with the field {@code step} and metrics, such as {@code loss} or
 * {@code eval_stsb_spearman}. If a resumed run has repeated steps, the later line counts. Only
 * finite numbers are kept.
 *
 * @param metrics values by step, by name of the metric
 */
public record TrainingCurves(NavigableMap<String, NavigableMap<Long, Double>> metrics) {
  private static final ObjectReader JSON =
      JsonMapper.builder()
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build()
          .readerFor(JsonNode.class);

  /**
   * Reads a file.
   *
   * @throws InvalidInputException if there is no such file, or a line is not an object with a step;
   *     the message names the line
   */
  public static TrainingCurves read(Path file) {
    try {
      return parse(Files.readAllLines(file), file.toString());
    } catch (NoSuchFileException e) {
      throw new InvalidInputException("The file " + file + " does not exist.", e);
    } catch (CharacterCodingException e) {
      throw new InvalidInputException(file + " is not UTF-8, so it is no log of metrics.", e);
    } catch (IOException e) {
      throw new UncheckedIOException("The file " + file + " cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * Reads lines. A last line that is not JSON is skipped: the run was killed while writing it.
   *
   * @param name their name in messages
   */
  static TrainingCurves parse(List<String> lines, String name) {
    NavigableMap<String, NavigableMap<Long, Double>> metrics = new TreeMap<>();
    for (int i = 0; i < lines.size(); i++) {
      String place = "%s, line %d".formatted(name, i + 1);
      try {
        add(JSON.readTree(lines.get(i)), place, metrics);
      } catch (JsonProcessingException e) {
        if (i < lines.size() - 1) {
          throw new InvalidInputException(
              "%s is not JSON: %s.".formatted(place, e.getOriginalMessage()), e);
        }
      }
    }
    return new TrainingCurves(metrics);
  }

  private static void add(
      JsonNode line, String place, Map<String, NavigableMap<Long, Double>> metrics) {
    if (!(line instanceof ObjectNode object) || !object.path("step").canConvertToExactIntegral()) {
      throw new InvalidInputException(
          place + " is no JSON object with a whole number as \"step\".");
    }
    long step = object.path("step").longValue();
    object
        .properties()
        .forEach(
            field -> {
              JsonNode value = field.getValue();
              if (!field.getKey().equals("step")
                  && value.isNumber()
                  && Double.isFinite(value.doubleValue())) {
                metrics
                    .computeIfAbsent(field.getKey(), key -> new TreeMap<>())
                    .put(step, value.doubleValue());
              }
            });
  }

  /** Returns a metric's values by step; empty if the run did not log it. */
  NavigableMap<Long, Double> metric(String name) {
    NavigableMap<Long, Double> values = metrics.get(name);
    return values == null ? new TreeMap<>() : values;
  }
}
