package org.simcse.core.train.step;

import java.util.Locale;
import org.simcse.api.error.InvalidInputException;

/**
 * How the learning rate runs: up from 0 over the warm-up, then along a curve.
 *
 * @param kind the curve
 * @param peak the rate at the end of the warm-up, above 0
 * @param warmup steps, at most {@code steps}
 * @param steps in all
 */
public record Schedule(Kind kind, double peak, long warmup, long steps) {
  /** The curve after the warm-up, as Hugging Face transformers name them. */
  public enum Kind {
    /** Straight down to 0 at the end. */
    LINEAR,
    /** Half a cosine down to 0 at the end. */
    COSINE,
    /** The peak for ever. */
    CONSTANT;

    /** As it is written on a command line. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Checks the ranges. */
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
   * The rate of one step.
   *
   * @param done the steps done before it, from 0
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
