package org.simcse.core.train;

import java.util.Map;

/**
 * One evaluation.
 *
 * @param step after how many steps
 * @param metrics by name
 * @param best whether no earlier one was as good
 */
public record EvaluationReport(long step, Map<String, Double> metrics, boolean best) {}
