package org.simcse.core.evaluate;

import java.util.Arrays;

/**
 * The difference of two models' figures with its 95 % interval, the first model's figure less the
 * second's. NaN in all numbers if the difference is undefined.
 *
 * @param estimate the difference on the units themselves
 * @param low the lower end of the interval
 * @param high the upper end of the interval
 * @param shareAbove the share of resamples on which the first model is above the second, in [0, 1];
 *     a resample on which they are equal counts half
 * @since 0.1.0
 */
public record Difference(double estimate, double low, double high, double shareAbove) {
  /** Summarises resampled differences; those that are undefined are left out. */
  static Difference of(double estimate, double[] resampled) {
    double[] ascending =
        Arrays.stream(resampled).filter(value -> !Double.isNaN(value)).sorted().toArray();
    if (Double.isNaN(estimate) || ascending.length == 0) {
      return new Difference(Double.NaN, Double.NaN, Double.NaN, Double.NaN);
    }
    double above = Arrays.stream(ascending).map(value -> (Math.signum(value) + 1) / 2).sum();
    return new Difference(
        estimate, quantile(ascending, 0.025), quantile(ascending, 0.975), above / ascending.length);
  }

  /** Interpolates between the two nearest numbers, as {@code numpy.quantile} does by default. */
  private static double quantile(double[] ascending, double share) {
    double position = share * (ascending.length - 1);
    int below = (int) position;
    int above = Math.min(below + 1, ascending.length - 1);
    return ascending[below] + (position - below) * (ascending[above] - ascending[below]);
  }

  /**
   * Returns what the interval shows of the first model: {@code "better"}, {@code "worse"}, {@code
   * "no difference shown at 95 %"}, or {@code "undefined"}.
   */
  public String verdict() {
    if (Double.isNaN(estimate)) {
      return "undefined";
    }
    return low > 0 ? "better" : high < 0 ? "worse" : "no difference shown at 95 %";
  }
}
