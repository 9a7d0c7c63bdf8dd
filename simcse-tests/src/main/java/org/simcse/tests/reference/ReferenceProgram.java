package org.simcse.tests.reference;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.simcse.api.engine.GradientBuffer;
import org.simcse.api.engine.Lifecycle;
import org.simcse.api.engine.Program;
import org.simcse.api.engine.Signature;
import org.simcse.api.tensor.ElementType;
import org.simcse.api.tensor.HostTensor;

/** Interprets a trace. */
final class ReferenceProgram implements Program {
  private final ReferenceTrace trace;
  private final Lifecycle lifecycle;
  private final Runnable onClose;

  ReferenceProgram(ReferenceTrace trace, Lifecycle lifecycle, Runnable onClose) {
    this.trace = trace;
    this.lifecycle = lifecycle;
    this.onClose = onClose;
  }

  @Override
  public Map<String, HostTensor> run(Map<String, HostTensor> inputs, long seed) {
    Supplier<Map<String, HostTensor>> work = () -> outputs(compute(inputs, seed));
    return trace.traced().signature().training()
        ? lifecycle.exclusive(work)
        : lifecycle.shared(work);
  }

  @Override
  public Results valueAndGradients(Map<String, HostTensor> inputs, long seed, GradientBuffer into) {
    if (!(into instanceof ReferenceGradients gradients)) {
      throw new IllegalArgumentException(
          "The gradient buffer was not made by the backend 'reference'.");
    }
    String objective =
        trace
            .traced()
            .signature()
            .objective()
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "The program's signature names no objective to differentiate."));
    return lifecycle.exclusive(
        () ->
            gradients.adding(
                () -> {
                  Run run = compute(inputs, seed);
                  run.differentiate(
                      trace.nodes(),
                      Objects.requireNonNull(trace.traced().outputs().get(objective)).handle());
                  trace
                      .trainable()
                      .forEach((node, parameter) -> gradients.add(parameter, run.gradient(node)));
                  return new Results(outputs(run), inputGradients(run));
                }));
  }

  private Run compute(Map<String, HostTensor> inputs, long seed) {
    return new Run(trace.nodes(), inputs, trace.traced().signature().bind(inputs), seed);
  }

  private Map<String, HostTensor> outputs(Run run) {
    Map<String, HostTensor> outputs = new LinkedHashMap<>();
    trace
        .traced()
        .outputs()
        .forEach(
            (name, output) ->
                outputs.put(name, host(run, output.handle(), run.value(output.handle()))));
    return outputs;
  }

  private Map<String, HostTensor> inputGradients(Run run) {
    Map<String, HostTensor> gradients = new LinkedHashMap<>();
    for (Signature.Input input : trace.traced().signature().differentiable()) {
      Node node = Objects.requireNonNull(trace.traced().inputs().get(input.name())).handle();
      gradients.put(input.name(), host(run, node, run.gradient(node)));
    }
    return gradients;
  }

  private static HostTensor host(Run run, Node node, double[] elements) {
    HostTensor copy = HostTensor.of(elements.clone(), node.shape.sizes(run.symbols()));
    return node.type == ElementType.INT ? HostTensor.of(copy.toLongs(), copy.shape()) : copy;
  }

  @Override
  public void close() {
    lifecycle.close(onClose);
  }
}
