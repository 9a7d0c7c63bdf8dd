package org.simcse.api.engine;

/**
 * The kind of device to compute on.
 *
 * @since 0.1.0
 */
public enum DeviceKind {
  /** A GPU if one is usable, else the CPU. */
  AUTO,
  /** The CPU. */
  CPU,
  /** A GPU; an error if none is usable. */
  GPU
}
