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
   * @param value of {@link org.simcse.api.tensor.ElementType#FLOAT}, in single or double precision
   * @throws org.simcse.api.error.ShapeException if the parameter exists in another shape, or the
   *     value is {@code INT}
   */
  void set(String name, HostTensor value);

  /**
   * A copy of a parameter.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  HostTensor get(String name);

  /**
   * Decides whether gradients with respect to a parameter are computed by programs that are
   * compiled from now on; true at first. A program keeps what was decided when it was compiled.
   *
   * @throws IllegalArgumentException if there is no parameter of that name
   */
  void setTrainable(String name, boolean trainable);

  /**
   * Whether programs that are compiled now compute gradients with respect to a parameter.
   *
   * @throws IllegalArgumentException if there is no parameter of that name
   */
  boolean isTrainable(String name);
}
