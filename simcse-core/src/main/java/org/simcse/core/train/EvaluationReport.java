package org.simcse.core.train;

import java.util.Map;

/**
 * The result of an evaluation.
 *
 * @param step the number of steps done before
 * @param metrics the metrics by name
 * @param best whether no earlier evaluation was as good
 * @since 0.1.0
 */
public record EvaluationReport(long step, Map<String, Double> metrics, boolean best) {}
