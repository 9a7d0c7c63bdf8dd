package org.simcse.api.engine;

import java.util.Map;
import java.util.SortedSet;
import org.simcse.api.tensor.HostTensor;

/**
 * An {@link UpdateRule} compiled by a backend, and the state that it keeps on the device.
 *
 * <p>Exclusive like training itself. Owned by whoever asked for it, and closed with the backend at
 * the latest; closing frees the state.
 */
public interface Update extends AutoCloseable {
  /**
   * Changes every parameter that has a gradient in the buffer; the buffer stays as it is.
   *
   * @param numbers one for every name of the rule's {@link UpdateRule#numbers}
   * @throws IllegalArgumentException if the buffer is another backend's or a number is missing
   */
  void apply(GradientBuffer gradients, Map<String, Double> numbers);

  /**
   * The names of the state's tensors, {@code <parameter>/<name>}, sorted: those of the parameters
   * that were updated or whose state was set. All others are 0.
   */
  SortedSet<String> names();

  /**
   * A copy of one tensor of the state.
   *
   * @throws IllegalArgumentException if there is no such parameter, or the rule keeps no such state
   */
  HostTensor get(String name);

  /**
   * Sets one tensor of the state; copies.
   *
   * @param name {@code <parameter>/<name>} of a parameter that the backend holds
   * @throws IllegalArgumentException if there is no such parameter, or the rule keeps no such state
   * @throws org.simcse.api.error.ShapeException if its shape is not the parameter's
   */
  void set(String name, HostTensor value);

  @Override
  void close();
}
