package org.simcse.core.train;

import java.nio.file.Path;
import java.util.Map;

/**
 * How a run ended.
 *
 * @param output where everything was written
 * @param steps done in all
 * @param before the metrics of the first evaluation; empty without evaluation
 * @param after the metrics of the last one
 * @param bestStep after how many steps {@code best/} was saved
 * @param best its metrics
 * @param seconds that this run took
 * @param interrupted whether it was stopped before its end
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
