package org.simcse.core.train.step;

import org.simcse.api.AuxiliaryLoss;

/**
 * An auxiliary term of the objective.
 *
 * @param name the name in the log, such as {@code mlm}; letters, digits and underscores
 * @param weight its factor in the objective
 * @param term the loss; equal losses share programs
 */
public record Auxiliary(String name, double weight, AuxiliaryLoss term) {
  /** Validates the name. */
  public Auxiliary {
    if (!name.matches("[A-Za-z][A-Za-z0-9_]*")) {
      throw new IllegalArgumentException(
          "'" + name + "' is no name of a term: use letters, digits and underscores.");
    }
  }

  /** Returns the name of one of its inputs. */
  String input(String what) {
    return name + "_" + what;
  }
}
