package org.simcse.tests.reference;

import org.simcse.api.engine.ParameterTable;
import org.simcse.api.engine.Signature;
import org.simcse.api.engine.Traced;
import org.simcse.api.tensor.Initializer;
import org.simcse.api.tensor.Shape;

/** Nodes that are not results of operations. */
final class ReferenceHandles implements Traced.Handles<Node> {
  private final ReferenceOps ops;
  private final ParameterTable<ReferenceParameters.Parameter> parameters;

  ReferenceHandles(ReferenceOps ops, ParameterTable<ReferenceParameters.Parameter> parameters) {
    this.ops = ops;
    this.parameters = parameters;
  }

  @Override
  public Node input(Signature.Input input) {
    return ops.leaf(
        input.shape(),
        input.type(),
        input.differentiable(),
        run -> run.input(input.name()).toDoubles());
  }

  @Override
  public Node seed() {
    return ops.seed();
  }

  @Override
  public Node parameter(String name, Shape shape, Initializer initializer) {
    ReferenceParameters.Parameter parameter = parameters.require(name, shape, initializer);
    return ops.parameter(shape, parameters.isTrainable(name), run -> parameter.value);
  }
}
