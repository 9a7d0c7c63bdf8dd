package org.simcse.core.train;

/** What to do with an output directory. */
public enum OutputMode {
  /** It must be empty or missing. */
  NEW,
  /** What an earlier run left in it is deleted. */
  OVERWRITE,
  /** The run goes on from its last checkpoint. */
  RESUME
}
