package org.simcse.core.train;

import java.nio.file.Path;
import java.util.List;
import org.simcse.api.error.TrainingException;

/** Ends a run whose loss or gradient norm is NaN or infinite. */
final class Divergence {
  private Divergence() {}

  /**
   * Checks a step.
   *
   * @param parts the batches of the step
   * @param file the file of their rows
   * @param checkpoint the name of the last good checkpoint in messages
   * @throws TrainingException if the loss or the norm of the gradient is not finite
   */
  static void refuse(StepReport report, List<PreparedBatch> parts, Path file, String checkpoint) {
    if (Double.isFinite(report.loss()) && Double.isFinite(report.gradientNorm())) {
      return;
    }
    List<Long> lines =
        parts.stream()
            .flatMap(part -> part.examples().examples().stream())
            .map(example -> example.line())
            .sorted()
            .toList();
    throw new TrainingException(
        "Step %d has the loss %s and the gradient norm %s, so training stopped. Its rows begin at the lines %s of %s. The last good checkpoint is %s. Lower the setting learning-rate, or look at these rows."
            .formatted(
                report.step(), report.loss(), report.gradientNorm(), lines, file, checkpoint));
  }
}
