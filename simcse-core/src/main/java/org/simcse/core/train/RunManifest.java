package org.simcse.core.train;

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
import org.simcse.core.io.AtomicFile;

/** {@code manifest.json}: what a run was made from. Going on adds to it, and changes nothing. */
final class RunManifest {
  static final String FILE = "manifest.json";

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private RunManifest() {}

  static void write(TrainingPlan plan, Map<String, String> environment) {
    Path file = plan.output().resolve(FILE);
    Map<String, Object> manifest = new LinkedHashMap<>();
    if (plan.resumed().isPresent()) {
      manifest.putAll(read(file));
    }
    if (manifest.isEmpty()) {
      manifest.put("settings", plan.config().values());
      manifest.put("sha256", plan.hashes());
      manifest.put("rows", plan.preflight().rows());
      manifest.put("steps", plan.steps());
      manifest.put("environment", environment);
    }
    plan.resumed()
        .ifPresent(
            state -> {
              List<Object> resumed = new ArrayList<>();
              if (manifest.get("resumed") instanceof List<?> earlier) {
                resumed.addAll(earlier);
              }
              resumed.add(Map.of("step", state.step(), "environment", environment));
              manifest.put("resumed", resumed);
            });
    AtomicFile.write(file, out -> out.write(JSON.writeValueAsBytes(manifest)));
  }

  /** Nothing where it is missing or damaged: the checkpoint has all that training needs. */
  private static Map<String, Object> read(Path file) {
    try {
      return JSON.readValue(
          Files.readAllBytes(file), new TypeReference<LinkedHashMap<String, Object>>() {});
    } catch (IOException e) {
      return Map.of();
    }
  }
}
