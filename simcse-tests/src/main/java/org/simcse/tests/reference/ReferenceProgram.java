package org.simcse.tests.reference;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.function.Supplier;
import org.simcse.api.engine.GradientBuffer;
import org.simcse.api.engine.Lifecycle;
import org.simcse.api.engine.Program;
import org.simcse.api.engine.RecordedTape;
import org.simcse.api.engine.Signature;
import org.simcse.api.engine.Tape;
import org.simcse.api.engine.Traced;
import org.simcse.api.tensor.ElementType;
import org.simcse.api.tensor.HostTensor;

/** Interprets a trace. */
final class ReferenceProgram implements Program {
  private final ReferenceTrace trace;
  private final SortedSet<String> trainable;
  private final boolean unsigned;
  private final Lifecycle lifecycle;

  /**
   * Creates a program.
   *
   * @param trainable the parameters with respect to which it is differentiated
   * @param unsigned whether parameter gradients are sums of magnitudes
   */
  ReferenceProgram(
      ReferenceTrace trace, SortedSet<String> trainable, boolean unsigned, Lifecycle lifecycle) {
    this.trace = trace;
    this.trainable = trainable;
    this.unsigned = unsigned;
    this.lifecycle = lifecycle;
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
    ReferenceGradients buffer = lifecycle.own(ReferenceGradients.class, into, "gradient buffer");
    String objective = trace.traced().signature().requireObjective();
    return lifecycle.exclusive(
        () -> {
          Run run = compute(inputs, seed);
          differentiate(
              run, Map.of(node(trace.traced().outputs(), objective), new double[] {1}), buffer);
          List<String> marked =
              trace.traced().signature().differentiable().stream()
                  .map(Signature.Input::name)
                  .toList();
          return new Results(outputs(run), gradients(run, trace.traced().inputs(), marked));
        });
  }

  @Override
  public Tape record(Map<String, HostTensor> inputs, long seed) {
    trace.traced().signature().requireTraining();
    return lifecycle.exclusive(
        () -> {
          Run run = compute(inputs, seed);
          return new RecordedTape<>(
              lifecycle.child("tape"),
              outputs(run),
              ReferenceGradients.class,
              (upstream, buffer) -> {
                Map<Node, double[]> weights = new LinkedHashMap<>();
                upstream.forEach(
                    (name, value) ->
                        weights.put(node(trace.traced().outputs(), name), value.toDoubles()));
                differentiate(run, weights, buffer);
              },
              () -> {});
        });
  }

  /** Adds the gradients of a weighted sum of nodes to a buffer. */
  private void differentiate(Run run, Map<Node, double[]> weights, ReferenceGradients buffer) {
    run.differentiate(trace.nodes(), weights);
    Run added = unsigned ? run.summands(trace.nodes()) : run;
    buffer.add(gradients(added, trace.traced().parameters(), trainable));
  }

  private static Node node(Map<String, Traced.Value<Node>> values, String name) {
    return Objects.requireNonNull(values.get(name)).handle();
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

  private static Map<String, HostTensor> gradients(
      Run run, Map<String, Traced.Value<Node>> values, Collection<String> names) {
    Map<String, HostTensor> gradients = new LinkedHashMap<>();
    for (String name : names) {
      Node node = node(values, name);
      gradients.put(name, host(run, node, run.gradient(node)));
    }
    return gradients;
  }

  private static HostTensor host(Run run, Node node, double[] elements) {
    HostTensor copy = HostTensor.of(elements.clone(), node.shape.sizes(run.symbols()));
    return node.type == ElementType.INT ? HostTensor.of(copy.toLongs(), copy.shape()) : copy;
  }
}
