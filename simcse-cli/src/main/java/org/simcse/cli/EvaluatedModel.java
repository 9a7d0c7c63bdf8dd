package org.simcse.cli;

import java.util.List;
import java.util.function.Supplier;
import org.simcse.api.error.InvalidInputException;
import org.simcse.core.SimCse;

/**
 * A model to evaluate.
 *
 * @param name what results call it
 * @param poolers the poolers whose vectors are concatenated in the model's, in order
 * @param simCse starts an engine with the model; the caller closes it
 */
record EvaluatedModel(String name, List<String> poolers, Supplier<SimCse> simCse) {
  /**
   * Rejects models with several poolers, whose vectors only STS tasks tell apart.
   *
   * @param what what is evaluated instead, for the message
   */
  static void requireOnePooler(List<EvaluatedModel> models, String what) {
    if (models.stream().anyMatch(model -> model.poolers().size() > 1)) {
      throw new InvalidInputException(
          "--pooler all compares poolers on STS tasks alone; choose one for %s.".formatted(what));
    }
  }
}
