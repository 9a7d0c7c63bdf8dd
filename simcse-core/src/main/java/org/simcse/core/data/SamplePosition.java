package org.simcse.core.data;

/**
 * How far a run has come in its examples.
 *
 * @param epoch the epoch, from 0
 * @param rows how many rows of that epoch have been used
 */
public record SamplePosition(int epoch, long rows) {
  /** Where a run begins. */
  public static final SamplePosition START = new SamplePosition(0, 0);

  /** Checks that neither is negative. */
  public SamplePosition {
    if (epoch < 0 || rows < 0) {
      throw new IllegalArgumentException("There is no epoch " + epoch + " with row " + rows + ".");
    }
  }
}
