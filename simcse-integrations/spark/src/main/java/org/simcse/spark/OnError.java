package org.simcse.spark;

/**
 * What becomes of a row that cannot be embedded: its text is null, too long after the pooler's
 * prompt, or its vector is not finite.
 *
 * @since 0.1.0
 */
public enum OnError {
  /** The job fails with a message that names the row. */
  FAIL,
  /** The row's vector is null, and {@link EmbeddingCounts#failed} counts it. */
  NULL
}
