package org.simcse.api.engine;

import java.util.SortedSet;
import org.simcse.api.tensor.HostTensor;

/**
 * The parameters of a backend, by full name, on its device. Threads: see {@link Backend}.
 *
 * @since 0.1.0
 */
public interface ParameterStore {
  /** Returns the names, sorted. */
  SortedSet<String> names();

  /**
   * Sets a parameter, for compiled programs too; the value is copied.
   *
   * @param value the value, {@link org.simcse.api.tensor.ElementType#FLOAT}, in single or double
   *     precision
   * @throws org.simcse.api.error.ShapeException if the parameter exists with another shape, or the
   *     value is {@code INT}
   */
  void set(String name, HostTensor value);

  /**
   * Returns a copy of a parameter.
   *
   * @throws IllegalArgumentException if there is no parameter of that name
   */
  HostTensor get(String name);

  /**
   * Sets whether programs compiled from now on compute gradients with respect to a parameter;
   * initially true. Programs already compiled are not affected.
   *
   * @throws IllegalArgumentException if there is no parameter of that name
   */
  void setTrainable(String name, boolean trainable);

  /**
   * Returns whether programs compiled now compute gradients with respect to a parameter.
   *
   * @throws IllegalArgumentException if there is no parameter of that name
   */
  boolean isTrainable(String name);
}
