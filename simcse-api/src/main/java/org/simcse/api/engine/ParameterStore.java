package org.simcse.api.engine;

import java.util.SortedSet;
import org.simcse.api.tensor.HostTensor;

/** The parameters of a backend by full name, on its device. Threads: see {@link Backend}. */
public interface ParameterStore {
  /** The names, sorted. */
  SortedSet<String> names();

  /**
   * Sets a parameter, now and for every compiled program; copies.
   *
   * @throws org.simcse.api.error.ShapeException if it exists in another shape
   */
  void set(String name, HostTensor value);

  /**
   * A copy of a parameter.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  HostTensor get(String name);

  /**
   * Whether gradients with respect to a parameter are computed; true until said otherwise, and
   * settled when a program is compiled.
   */
  void setTrainable(String name, boolean trainable);

  /** Whether gradients with respect to a parameter are computed. */
  boolean isTrainable(String name);
}
