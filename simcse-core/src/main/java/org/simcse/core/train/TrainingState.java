package org.simcse.core.train;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.simcse.api.error.CheckpointException;
import org.simcse.core.io.AtomicFile;

/**
 * Where a run stands, beside weights and the optimiser's tensors. All random choices follow from
 * the seed, the step and the position in the file, so these are all of the random state.
 *
 * @param step steps done
 * @param epoch of the next row
 * @param rows of that epoch that were taken
 * @param settings the run's configuration
 * @param hashes what {@link TrainingPlan#hashes} gave
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
record TrainingState(
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
  static final String FILE = "training_state.json";

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

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
