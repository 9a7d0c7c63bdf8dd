package org.simcse.core.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.simcse.api.error.InvalidInputException;

/**
 * Reads settings from YAML files: SimCSE's recipes, and users' own files.
 *
 * @since 0.1.0
 */
public final class Presets {
  private static final List<String> NAMES =
      List.of(
          "quickstart",
          "unsup-bert-base",
          "unsup-bert-large",
          "unsup-roberta-base",
          "unsup-roberta-large",
          "sup-bert-base",
          "sup-bert-large",
          "sup-roberta-base",
          "sup-roberta-large");

  private static final YAMLMapper YAML = new YAMLMapper(new YAMLFactory());

  private Presets() {}

  /** Returns the names of the recipes. */
  public static List<String> names() {
    return NAMES;
  }

  /**
   * Returns the settings of a recipe.
   *
   * @throws InvalidInputException if there is no recipe of this name
   */
  public static Map<String, String> read(String name) {
    if (!NAMES.contains(name)) {
      throw new InvalidInputException(
          "There is no preset '%s'; there are %s.".formatted(name, String.join(", ", NAMES)));
    }
    String file = "presets/" + name + ".yaml";
    try (InputStream in = Presets.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException("The jar of SimCSE lacks " + file);
      }
      return parse(file, in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Returns the settings in a file.
   *
   * @throws InvalidInputException if it is missing or contains anything but settings
   */
  public static Map<String, String> read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new InvalidInputException("There is no file %s with settings.".formatted(file));
    }
    try {
      return parse(file.toString(), Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException("%s cannot be read: %s".formatted(file, e.getMessage()), e);
    }
  }

  private static Map<String, String> parse(String source, byte[] bytes) throws IOException {
    Map<String, String> settings = new LinkedHashMap<>();
    try {
      if (!(YAML.readValue(bytes, Object.class) instanceof Map<?, ?> map)) {
        throw new InvalidInputException(
            "%s must hold settings, a line each, as in 'learning-rate: 3e-5'.".formatted(source));
      }
      map.forEach(
          (name, value) -> {
            if (value instanceof Map || value instanceof List || value == null) {
              throw new InvalidInputException(
                  "%s: the setting %s has no plain value.".formatted(source, name));
            }
            settings.put(name.toString(), value.toString());
          });
    } catch (JsonProcessingException e) {
      throw new InvalidInputException(
          "%s is not valid YAML (line %d): %s."
              .formatted(
                  source,
                  e.getLocation() == null ? 0 : e.getLocation().getLineNr(),
                  e.getOriginalMessage().lines().findFirst().orElse("damaged")),
          e);
    }
    return settings;
  }

  /** Returns settings as the text of a YAML file that {@link #read(Path)} reads. */
  public static String yaml(Map<String, String> settings) {
    StringBuilder text = new StringBuilder();
    settings.forEach(
        (name, value) ->
            text.append(name)
                .append(": ")
                .append(value.matches("[A-Za-z0-9._/+-]+") ? value : quoted(value))
                .append('\n'));
    return text.toString();
  }

  private static String quoted(String value) {
    return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
