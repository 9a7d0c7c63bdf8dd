package org.simcse.cli;

import org.simcse.api.error.SimCseException;
import picocli.CommandLine.Option;

/** Rejects vectors that are not finite, which would spoil whatever is computed from them. */
final class FiniteCheck {
  /** How many characters of a text a message repeats. */
  private static final int BEGINNING = 40;

  @Option(
      names = "--allow-non-finite",
      description = "Accept vectors with NaN or infinite components instead of failing.")
  private boolean allowed;

  /**
   * Checks one vector.
   *
   * @param which the name of the text, as in {@code text 3}
   * @throws SimCseException if a component is NaN or infinite
   */
  float[] checked(String which, String text, float[] vector) {
    for (int i = 0; !allowed && i < vector.length; i++) {
      if (!Float.isFinite(vector[i])) {
        throw new SimCseException(
            "The vector of %s ('%s') is not finite: component %d is %s. The model's weights may be damaged; --allow-non-finite continues all the same."
                .formatted(which, beginning(text), i + 1, vector[i]));
      }
    }
    return vector;
  }

  private static String beginning(String text) {
    if (text.codePointCount(0, text.length()) <= BEGINNING) {
      return text;
    }
    return text.substring(0, text.offsetByCodePoints(0, BEGINNING)) + "…";
  }
}
