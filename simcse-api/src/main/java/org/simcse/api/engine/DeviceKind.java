package org.simcse.api.engine;

/** The kind of device to compute on. */
public enum DeviceKind {
  /** A GPU where one is usable, else the CPU. */
  AUTO,
  /** The CPU. */
  CPU,
  /** A GPU; refused where none is usable. */
  GPU
}
