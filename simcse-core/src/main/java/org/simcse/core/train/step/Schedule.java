package org.simcse.core.train.step;

import java.util.Locale;
import org.simcse.api.error.InvalidInputException;

/**
 * The learning-rate schedule: linear warm-up from 0, then a decay curve.
 *
 * @param kind the curve after the warm-up
 * @param peak the rate at the end of the warm-up, positive
 * @param warmup the number of warm-up steps, at most {@code steps}
 * @param steps the total number of steps
 */
public record Schedule(Kind kind, double peak, long warmup, long steps) {
  /** The curve after the warm-up, named as in Hugging Face transformers. */
  public enum Kind {
    /** Linear decay to 0 at the end. */
    LINEAR,
    /** Half a cosine to 0 at the end. */
    COSINE,
    /** Constant at the peak. */
    CONSTANT;

    /** Returns the name as it is written on a command line. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Validates the ranges. */
  public Schedule {
    if (!(peak > 0) || Double.isInfinite(peak)) {
      throw new InvalidInputException("The learning rate must be above 0, but it is " + peak + ".");
    }
    if (warmup < 0 || warmup > steps) {
      throw new InvalidInputException(
          "The warm-up of %d steps does not fit into %d steps of training: lower the setting warmup-steps or train longer."
              .formatted(warmup, steps));
    }
  }

  /**
   * Returns the learning rate of one step.
   *
   * @param done the number of steps done before it, from 0
   */
  public double at(long done) {
    if (done < warmup) {
      return peak * done / warmup;
    }
    double progress = (double) (done - warmup) / Math.max(1, steps - warmup);
    return peak
        * switch (kind) {
          case LINEAR -> Math.max(0, 1 - progress);
          case COSINE -> (1 + Math.cos(Math.PI * Math.min(1, progress))) / 2;
          case CONSTANT -> 1;
        };
  }
}
