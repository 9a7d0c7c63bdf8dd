package org.simcse.core.train;

import java.nio.file.Path;
import java.util.Map;

/**
 * The result of a run.
 *
 * @param output the output directory
 * @param steps the total number of steps done
 * @param before the metrics of the first evaluation; empty if there was none
 * @param after the metrics of the last evaluation
 * @param bestStep the step after which {@code best/} was saved
 * @param best the metrics of {@code best/}
 * @param seconds the duration of this run
 * @param interrupted whether the run was stopped before its end
 * @since 0.1.0
 */
public record TrainingResult(
    Path output,
    long steps,
    Map<String, Double> before,
    Map<String, Double> after,
    long bestStep,
    Map<String, Double> best,
    double seconds,
    boolean interrupted) {}
