package org.simcse.core.train.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.simcse.api.error.CheckpointException;
import org.simcse.api.error.InvalidInputException;
import org.simcse.core.io.AtomicFile;

/**
 * Where a run stands, beside weights and the optimiser's tensors. All random choices follow from
 * the seed, the step and the position in the file, so these are all of the random state.
 *
 * @param step steps done
 * @param epoch of the next row
 * @param rows of that epoch that were taken
 * @param settings the run's configuration
 * @param hashes the SHA-256 of what the run reads, in hexadecimal, by what it is
 * @param environment what the numbers depend on beside: engine, its version, CPU, threads
 * @param before the metrics of the first evaluation
 * @param last those of the last evaluation
 * @param best those of the best one
 * @param bestStep after how many steps that was
 * @param evaluationsWithoutBest how many there were since
 * @param evaluatedAt after how many steps the last evaluation was; -1 for none
 * @param listeners what listeners want to keep, by their names
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record TrainingState(
    long step,
    int epoch,
    long rows,
    Map<String, String> settings,
    Map<String, String> hashes,
    Map<String, String> environment,
    Map<String, Double> before,
    Map<String, Double> last,
    Map<String, Double> best,
    long bestStep,
    int evaluationsWithoutBest,
    long evaluatedAt,
    Map<String, Map<String, String>> listeners) {
  private static final String FILE = "training_state.json";

  /**
   * Settings that may change when a run is resumed: where files are (their content is compared),
   * and what does not change the numbers, or only their last digits.
   */
  private static final Set<String> FREE =
      Set.of("train-file", "eval-file", "eval-data", "threads", "device", "log-steps");

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  /**
   * Requires the settings that the run began with.
   *
   * @throws InvalidInputException if others differ than those that may
   */
  public void requireSettings(Map<String, String> wanted) {
    Set<String> names = new TreeSet<>(settings.keySet());
    names.addAll(wanted.keySet());
    names.removeAll(FREE);
    List<String> differences =
        names.stream()
            .filter(name -> !Objects.equals(settings.get(name), wanted.get(name)))
            .map(
                name ->
                    "%s was %s and is %s"
                        .formatted(
                            name,
                            settings.getOrDefault(name, "not set"),
                            wanted.getOrDefault(name, "not set")))
            .toList();
    if (!differences.isEmpty()) {
      throw new InvalidInputException(
          "A run is resumed with the settings that it began with, but these differ: %s. Leave them out, or start anew in another directory with the setting model."
              .formatted(String.join("; ", differences)));
    }
  }

  /**
   * Requires the data that the run began with.
   *
   * @param now hashes as {@link #hashes}
   * @throws InvalidInputException if the content of a file is another
   */
  public void requireData(Map<String, String> now) {
    hashes.forEach(
        (what, before) -> {
          if (!before.equals(now.get(what))) {
            throw new InvalidInputException(
                "The content of %s is not what the run began with. Bring the old files back, or start anew in another directory with the setting model."
                    .formatted(what));
          }
        });
  }

  void write(Path directory) {
    AtomicFile.write(directory.resolve(FILE), out -> out.write(JSON.writeValueAsBytes(this)));
  }

  /**
   * Reads the state of a checkpoint.
   *
   * @throws CheckpointException if it is missing or damaged
   */
  static TrainingState read(Path directory) {
    Path file = directory.resolve(FILE);
    try {
      return JSON.readValue(Files.readAllBytes(file), TrainingState.class);
    } catch (JsonProcessingException e) {
      throw new CheckpointException(
          "%s is damaged: %s.".formatted(file, e.getOriginalMessage()), e);
    } catch (IOException e) {
      throw new CheckpointException(
          "%s cannot be read, so training cannot go on from here: %s."
              .formatted(file, e.getMessage()),
          e);
    }
  }
}
