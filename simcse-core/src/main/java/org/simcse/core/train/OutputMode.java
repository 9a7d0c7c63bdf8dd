package org.simcse.core.train;

/**
 * How a run treats its output directory.
 *
 * @since 0.1.0
 */
public enum OutputMode {
  /** The directory must be empty or missing. */
  NEW,
  /** The files of an earlier run are deleted. */
  OVERWRITE,
  /** The run resumes from its last checkpoint, with as many ranks as it began with. */
  RESUME,
  /** The run resumes from its last checkpoint, with any number of ranks. */
  RESHARD;

  /** Returns whether an earlier run is continued. */
  boolean resumes() {
    return this == RESUME || this == RESHARD;
  }
}
