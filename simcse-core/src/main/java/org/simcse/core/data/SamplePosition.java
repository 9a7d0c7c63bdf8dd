package org.simcse.core.data;

/**
 * A position in the examples of a run.
 *
 * @param epoch the epoch, from 0
 * @param rows the number of rows of that epoch that have been used
 */
public record SamplePosition(int epoch, long rows) {
  /** The beginning of a run. */
  public static final SamplePosition START = new SamplePosition(0, 0);

  /** Validates that neither is negative. */
  public SamplePosition {
    if (epoch < 0 || rows < 0) {
      throw new IllegalArgumentException("There is no epoch " + epoch + " with row " + rows + ".");
    }
  }
}
