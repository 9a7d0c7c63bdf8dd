package org.simcse.djl;

import org.simcse.api.engine.Signature;
import org.simcse.api.engine.Traced;
import org.simcse.api.tensor.ElementType;
import org.simcse.api.tensor.Initializer;
import org.simcse.api.tensor.Shape;

/** The names of inputs, seed and parameters in the text of a program. */
final class PyTorchHandles implements Traced.Handles<PyTorchOps.Value> {
  /** Receives each parameter before its name is used. */
  @FunctionalInterface
  interface Parameters {
    void require(String name, Shape shape, Initializer initializer);
  }

  private final Parameters parameters;
  private int used;

  PyTorchHandles(Parameters parameters) {
    this.parameters = parameters;
  }

  @Override
  public PyTorchOps.Value input(Signature.Input input) {
    return new PyTorchOps.Value("x_" + input.name(), input.type());
  }

  @Override
  public PyTorchOps.Value seed() {
    return new PyTorchOps.Value("seed", ElementType.INT);
  }

  @Override
  public PyTorchOps.Value parameter(String name, Shape shape, Initializer initializer) {
    parameters.require(name, shape, initializer);
    return new PyTorchOps.Value(
        "w" + used++,
        ElementType.FLOAT,
        shape.rank() == 2 ? PyTorchOps.Kind.ROW_TABLE : PyTorchOps.Kind.TENSOR);
  }
}
