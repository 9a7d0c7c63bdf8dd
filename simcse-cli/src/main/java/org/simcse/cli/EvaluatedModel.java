package org.simcse.cli;

import java.util.List;
import java.util.function.Supplier;
import org.simcse.core.SimCse;

/**
 * A model to evaluate.
 *
 * @param name what results call it
 * @param poolers the poolers whose vectors are concatenated in the model's, in order
 * @param simCse starts an engine with the model; the caller closes it
 */
record EvaluatedModel(String name, List<String> poolers, Supplier<SimCse> simCse) {}
