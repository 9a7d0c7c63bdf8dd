package org.simcse.api.engine;

import java.util.Map;
import org.simcse.api.tensor.ForwardPass;
import org.simcse.api.tensor.Tensor;

/**
 * The code of a model, to be traced into a {@link Program}.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface Computation {
  /**
   * Adds the computation to the program.
   *
   * @param inputs the inputs of the signature, by name
   * @return the outputs, by name
   */
  Map<String, Tensor> trace(ForwardPass pass, Map<String, Tensor> inputs);
}
