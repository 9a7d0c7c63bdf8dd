package org.simcse.core.data;

/** Which rows may be in a batch together. */
public enum Batching {
  /** Any, in the order in which they come. */
  PLAIN,
  /**
   * No two that have a text in common, which would be negatives of each other although they are
   * equal. A row that does not fit waits for a later batch of its epoch.
   */
  NO_DUPLICATES
}
