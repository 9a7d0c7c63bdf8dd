package org.simcse.tests.reference;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.simcse.api.engine.BackendConfig;
import org.simcse.api.engine.Computation;
import org.simcse.api.engine.Precision;
import org.simcse.api.engine.Signature;
import org.simcse.api.error.ShapeException;
import org.simcse.api.tensor.DropoutMode;
import org.simcse.api.tensor.PassMode;
import org.simcse.api.tensor.Shape;
import org.simcse.api.tensor.Tensor;
import org.simcse.api.tensor.TensorOps;
import org.simcse.api.tensor.Trace;
import org.simcse.api.tensor.TracingPass;

/**
 * A computation as a list of nodes, each behind its operands.
 *
 * @param signature what the program takes
 * @param nodes every operation
 * @param inputs the nodes of the inputs, by name
 * @param trainable the nodes of the trainable parameters
 * @param outputs the nodes of the outputs, by name
 */
record ReferenceTrace(
    Signature signature,
    List<Node> nodes,
    Map<String, Node> inputs,
    Map<Node, ReferenceParameters.Parameter> trainable,
    Map<String, Node> outputs) {

  static ReferenceTrace of(
      Computation computation,
      Signature signature,
      ReferenceParameters store,
      BackendConfig.OpsDecorator decorator) {
    ReferenceOps plain = new ReferenceOps();
    TensorOps<Node> ops = decorator.decorate(plain);
    Map<Node, ReferenceParameters.Parameter> trainable = new LinkedHashMap<>();
    TracingPass.Parameters<Node> source =
        (name, shape, initializer) -> {
          ReferenceParameters.Parameter parameter = store.require(name, shape, initializer);
          Node node = plain.parameter(shape, parameter.trainable, run -> parameter.value);
          if (parameter.trainable) {
            trainable.put(node, parameter);
          }
          return node;
        };
    try (Trace trace = Trace.over(ops)) {
      Map<String, Node> nodes = new LinkedHashMap<>();
      Map<String, Tensor> inputs = new LinkedHashMap<>();
      for (Signature.Input input : signature.inputs()) {
        Node node = input(plain, input);
        nodes.put(input.name(), node);
        inputs.put(input.name(), trace.tensor(node, input.shape(), input.type()));
      }
      TracingPass<Node> pass =
          new TracingPass<>(
              trace,
              ops,
              source,
              plain.seed(),
              new PassMode(signature.training(), DropoutMode.PORTABLE, Precision.FP32));
      Map<String, Tensor> results = computation.trace(pass, inputs);
      return new ReferenceTrace(
          signature,
          new ArrayList<>(plain.nodes()),
          nodes,
          trainable,
          outputs(trace, signature, results));
    }
  }

  private static Node input(ReferenceOps ops, Signature.Input input) {
    return ops.leaf(
        input.shape(),
        input.type(),
        input.differentiable(),
        run -> run.input(input.name()).toDoubles());
  }

  private static Map<String, Node> outputs(
      Trace trace, Signature signature, Map<String, Tensor> results) {
    signature
        .objective()
        .ifPresent(
            objective -> {
              Tensor loss = results.get(objective);
              if (loss == null || !loss.shape().equals(Shape.scalar())) {
                throw new ShapeException(
                    "The objective '%s' must be a scalar output, but it is %s; the outputs are %s."
                        .formatted(objective, loss == null ? "absent" : loss.shape(), results));
              }
            });
    Map<String, Node> outputs = new LinkedHashMap<>();
    results.forEach(
        (name, tensor) -> {
          Node node = trace.handle(tensor);
          if (!node.shape.equals(tensor.shape()) || node.type != tensor.type()) {
            throw new ShapeException(
                "The output '%s' should be %s, but the operations give %s %s."
                    .formatted(name, tensor, node.type, node.shape));
          }
          outputs.put(name, node);
        });
    return outputs;
  }
}
