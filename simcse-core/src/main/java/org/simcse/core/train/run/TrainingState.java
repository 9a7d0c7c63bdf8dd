package org.simcse.core.train.run;

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
 * The state of a run except weights and the optimizer's tensors. All random choices follow from the
 * seed, the step and the position in the file, so these are the whole random state.
 *
 * @param step the number of steps done
 * @param epoch the epoch of the next row
 * @param rows the number of rows of that epoch that were used
 * @param settings the run's configuration
 * @param hashes the SHA-256 of what the run reads, in hexadecimal, by what it is
 * @param environment what else the results depend on: engine, its version, CPU, threads
 * @param before the metrics of the first evaluation
 * @param last the metrics of the last evaluation
 * @param best the metrics of the best evaluation
 * @param bestStep the number of steps before the best evaluation
 * @param evaluationsWithoutBest the number of evaluations since the best one
 * @param evaluatedAt the number of steps before the last evaluation; -1 for none
 * @param listeners the state of listeners, by name
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

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  /** Returns what the run was made from. */
  public RunOrigin origin() {
    return new RunOrigin(settings, hashes);
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
          "%s cannot be read, so training cannot continue from here: %s."
              .formatted(file, e.getMessage()),
          e);
    }
  }
}
