package org.simcse.tests.reference;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.simcse.api.engine.BackendConfig;
import org.simcse.api.engine.Computation;
import org.simcse.api.engine.Signature;
import org.simcse.api.engine.Traced;
import org.simcse.api.error.ShapeException;
import org.simcse.api.tensor.ElementType;
import org.simcse.api.tensor.Initializer;
import org.simcse.api.tensor.Shape;

/**
 * A computation as a list of nodes, each behind its operands.
 *
 * @param traced inputs, parameters and outputs
 * @param nodes every operation
 * @param trainable the nodes of the trainable parameters
 */
record ReferenceTrace(
    Traced<Node> traced, List<Node> nodes, Map<Node, ReferenceParameters.Parameter> trainable) {

  static ReferenceTrace of(
      Computation computation,
      Signature signature,
      ReferenceParameters store,
      BackendConfig config) {
    ReferenceOps ops = new ReferenceOps();
    Leaves leaves = new Leaves(ops, store);
    Traced<Node> traced = Traced.of(computation, signature, config, ops, leaves);
    traced.outputs().forEach(ReferenceTrace::check);
    return new ReferenceTrace(traced, List.copyOf(ops.nodes()), leaves.trainable);
  }

  private static void check(String name, Traced.Value<Node> output) {
    Node node = output.handle();
    if (!node.shape.equals(output.shape()) || node.type != output.type()) {
      throw new ShapeException(
          "The output '%s' should be %s %s, but the operations give %s %s."
              .formatted(name, output.type(), output.shape(), node.type, node.shape));
    }
  }

  /** Nodes that no operation computes. */
  private static final class Leaves implements Traced.Handles<Node> {
    private final ReferenceOps ops;
    private final ReferenceParameters store;
    private final Map<Node, ReferenceParameters.Parameter> trainable = new LinkedHashMap<>();

    Leaves(ReferenceOps ops, ReferenceParameters store) {
      this.ops = ops;
      this.store = store;
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
      ReferenceParameters.Parameter parameter = store.require(name, shape, initializer);
      Node node = ops.leaf(shape, ElementType.FLOAT, parameter.trainable, run -> parameter.value);
      if (parameter.trainable) {
        trainable.put(node, parameter);
      }
      return node;
    }
  }
}
