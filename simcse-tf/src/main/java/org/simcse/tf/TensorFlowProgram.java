package org.simcse.tf;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.function.Supplier;
import org.simcse.api.spi.GradientBuffer;
import org.simcse.api.spi.Lifecycle;
import org.simcse.api.spi.Program;
import org.simcse.api.spi.Signature;
import org.simcse.api.tensor.HostTensor;
import org.tensorflow.Operation;
import org.tensorflow.Output;

/** A view of what a computation has left in the graph: closing it frees nothing native. */
final class TensorFlowProgram implements Program {
  private final Lifecycle life;
  private final GraphSession graph;
  private final TracedComputation traced;
  private final SortedSet<String> trainable;
  private final Runnable onClose;

  /**
   * A program.
   *
   * @param trainable the parameters with respect to which it is differentiated
   */
  TensorFlowProgram(
      Lifecycle life,
      GraphSession graph,
      TracedComputation traced,
      SortedSet<String> trainable,
      Runnable onClose) {
    this.life = life;
    this.graph = graph;
    this.traced = traced;
    this.trainable = trainable;
    this.onClose = onClose;
  }

  @Override
  public Map<String, HostTensor> run(Map<String, HostTensor> inputs, long seed) {
    Supplier<Map<String, HostTensor>> work =
        () -> {
          traced.signature().bind(inputs);
          return outputs(compute(inputs, seed, List.of(), List.of()).iterator());
        };
    return traced.signature().training() ? life.exclusive(work) : life.shared(work);
  }

  @Override
  public Results valueAndGradients(Map<String, HostTensor> inputs, long seed, GradientBuffer into) {
    return life.exclusive(
        () -> {
          String objective = objective();
          traced.signature().bind(inputs);
          TracedComputation.Gradients gradients = traced.gradients(graph, objective, trainable);
          List<Operation> additions = TensorFlowGradients.of(into, graph).additions(gradients);
          Iterator<HostTensor> results =
              compute(inputs, seed, gradients.inputs(), additions).iterator();
          return new Results(outputs(results), inputGradients(results));
        });
  }

  private String objective() {
    return traced
        .signature()
        .objective()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "The program's signature names no objective to differentiate."));
  }

  private List<HostTensor> compute(
      Map<String, HostTensor> inputs,
      long seed,
      Collection<Output<?>> gradients,
      List<Operation> targets) {
    List<Output<?>> fetches = new ArrayList<>(traced.outputs().values());
    fetches.addAll(gradients);
    try (Feeds feeds = new Feeds()) {
      feeds.with(traced.seed(), seed);
      traced
          .inputs()
          .forEach(
              (name, placeholder) -> feeds.with(placeholder, requireNonNull(inputs.get(name))));
      return graph.run(feeds, fetches, targets);
    }
  }

  private Map<String, HostTensor> outputs(Iterator<HostTensor> results) {
    Map<String, HostTensor> outputs = new LinkedHashMap<>();
    traced.outputs().keySet().forEach(name -> outputs.put(name, results.next()));
    return Collections.unmodifiableMap(outputs);
  }

  private Map<String, HostTensor> inputGradients(Iterator<HostTensor> results) {
    Map<String, HostTensor> gradients = new LinkedHashMap<>();
    for (Signature.Input input : traced.signature().differentiable()) {
      gradients.put(input.name(), results.next());
    }
    return Collections.unmodifiableMap(gradients);
  }

  @Override
  public void close() {
    life.close(onClose);
  }
}
