package org.simcse.core.evaluate;

import java.util.Collection;
import org.simcse.api.error.InvalidInputException;

/**
 * The mean and spread of a figure over several runs.
 *
 * @param count the number of runs
 * @param mean the arithmetic mean; NaN if a figure is
 * @param deviation the standard deviation of a sample (over n - 1); NaN of a single run
 * @since 0.1.0
 */
public record Spread(int count, double mean, double deviation) {
  /**
   * Returns the spread of figures.
   *
   * @throws InvalidInputException if there are none
   */
  public static Spread of(Collection<Double> figures) {
    if (figures.isEmpty()) {
      throw new InvalidInputException("There are no figures, so they have no spread.");
    }
    double mean = figures.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    double squares =
        figures.stream().mapToDouble(figure -> (figure - mean) * (figure - mean)).sum();
    int count = figures.size();
    return new Spread(count, mean, count > 1 ? Math.sqrt(squares / (count - 1)) : Double.NaN);
  }
}
