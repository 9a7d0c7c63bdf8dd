package org.simcse.tests.reference;

import java.util.List;
import org.simcse.api.engine.BackendConfig;
import org.simcse.api.engine.Computation;
import org.simcse.api.engine.ParameterTable;
import org.simcse.api.engine.Signature;
import org.simcse.api.engine.Traced;
import org.simcse.api.error.ShapeException;

/**
 * A computation as a list of nodes, each after its operands.
 *
 * @param traced inputs, parameters and outputs
 * @param nodes every operation
 */
record ReferenceTrace(Traced<Node> traced, List<Node> nodes) {
  static ReferenceTrace of(
      Computation computation,
      Signature signature,
      BackendConfig config,
      ParameterTable<ReferenceParameters.Parameter> parameters) {
    ReferenceOps ops = new ReferenceOps();
    Traced<Node> traced =
        Traced.of(computation, signature, config, ops, new ReferenceHandles(ops, parameters));
    traced.outputs().forEach(ReferenceTrace::check);
    return new ReferenceTrace(traced, List.copyOf(ops.nodes()));
  }

  private static void check(String name, Traced.Value<Node> output) {
    Node node = output.handle();
    if (!node.shape.equals(output.shape()) || node.type != output.type()) {
      throw new ShapeException(
          "The output '%s' should be %s %s, but the operations give %s %s."
              .formatted(name, output.type(), output.shape(), node.type, node.shape));
    }
  }
}
