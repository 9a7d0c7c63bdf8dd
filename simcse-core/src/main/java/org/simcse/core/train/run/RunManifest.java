package org.simcse.core.train.run;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.simcse.core.io.AtomicFile;

/**
 * {@code manifest.json}: what a run was made from. Resuming appends to it and changes nothing else.
 */
public final class RunManifest {
  /** The name of the file in a run's directory. */
  public static final String FILE = "manifest.json";

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private RunManifest() {}

  /**
   * Writes the manifest of a new run, or appends that the run is resumed.
   *
   * @param facts what the run was made from, by name
   * @param environment as {@link Environment} returns it
   * @param resumedAfter the number of steps done before, if the run is resumed
   */
  public static void write(
      Path directory,
      Map<String, ?> facts,
      Map<String, String> environment,
      Optional<Long> resumedAfter) {
    Path file = directory.resolve(FILE);
    Map<String, Object> manifest = new LinkedHashMap<>();
    if (resumedAfter.isPresent()) {
      manifest.putAll(read(file));
    }
    if (manifest.isEmpty()) {
      manifest.putAll(facts);
      manifest.put("environment", environment);
    }
    if (resumedAfter.isPresent()) {
      List<Object> resumed = new ArrayList<>();
      if (manifest.get("resumed") instanceof List<?> earlier) {
        resumed.addAll(earlier);
      }
      resumed.add(Map.of("step", resumedAfter.get(), "environment", environment));
      manifest.put("resumed", resumed);
    }
    AtomicFile.write(file, out -> out.write(JSON.writeValueAsBytes(manifest)));
  }

  /**
   * Returns an empty map if the manifest is missing or damaged: training needs only the checkpoint.
   */
  private static Map<String, Object> read(Path file) {
    try {
      return JSON.readValue(
          Files.readAllBytes(file), new TypeReference<LinkedHashMap<String, Object>>() {});
    } catch (IOException e) {
      return Map.of();
    }
  }
}
