package org.simcse.core.train;

import java.util.List;

/** The evaluations that a configuration asks for. */
final class Evaluators {
  private Evaluators() {}

  static List<Evaluator> of(TrainingConfig config) {
    return List.of();
  }

  /** What is evaluated on, for people to read. */
  static String names(TrainingConfig config) {
    return "";
  }
}
