package org.simcse.tf;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.simcse.api.engine.Capability;
import org.simcse.api.engine.GradientBuffer;
import org.simcse.api.engine.Lifecycle;
import org.simcse.api.engine.Optimizer;
import org.simcse.api.engine.Program;
import org.simcse.api.engine.Signature;
import org.simcse.api.engine.Tape;
import org.simcse.api.error.UnsupportedCapabilityException;
import org.simcse.api.tensor.HostTensor;
import org.tensorflow.Operation;
import org.tensorflow.Output;
import org.tensorflow.proto.DataType;

/** A view of a computation's operations in the graph. */
final class TensorFlowProgram implements Program {
  private final Lifecycle life;
  private final GraphSession graph;
  private final TensorFlowTrace traced;
  private final Optional<Inference> inference;
  private final Map<TensorFlowOptimizer, Stepping> steps = new HashMap<>();

  /**
   * Creates a program.
   *
   * @param inference the sessions to run on, if they are not the graph's own
   */
  TensorFlowProgram(
      Lifecycle life, GraphSession graph, TensorFlowTrace traced, Optional<Inference> inference) {
    this.life = life;
    this.graph = graph;
    this.traced = traced;
    this.inference = inference;
  }

  @Override
  public Map<String, HostTensor> run(Map<String, HostTensor> inputs, long seed) {
    return run(inputs, seed, Integer.MAX_VALUE);
  }

  @Override
  public Map<String, HostTensor> run(Map<String, HostTensor> inputs, long seed, int threads) {
    Supplier<Map<String, HostTensor>> work =
        () -> {
          traced.signature().bind(inputs);
          List<Output<?>> fetches = new ArrayList<>(traced.outputs().values());
          try (Feeds feeds = feed(new Feeds(), inputs, seed)) {
            return outputs(
                inference
                    .map(sessions -> sessions.run(feeds, fetches, rows(inputs), threads))
                    .orElseGet(() -> graph.run(feeds, fetches, List.of()))
                    .iterator());
          }
        };
    return traced.signature().training() ? life.exclusive(work) : life.shared(work);
  }

  /** Returns the number of rows that linear layers have, if the largest input has one for each. */
  private long rows(Map<String, HostTensor> inputs) {
    return traced.signature().inputs().stream()
        .mapToLong(
            input -> {
              long[] sizes = requireNonNull(inputs.get(input.name())).shape();
              return IntStream.range(0, sizes.length)
                  .filter(axis -> !input.shape().dim(axis).isFixed())
                  .mapToLong(axis -> sizes[axis])
                  .reduce(1, (a, b) -> a * b);
            })
        .max()
        .orElse(1);
  }

  @Override
  public Tape record(Map<String, HostTensor> inputs, long seed) {
    throw new UnsupportedCapabilityException(
        TensorFlowBackendProvider.NAME,
        Capability.TAPES.name(),
        "Compute the outputs, and then the gradients in a run of their own.");
  }

  @Override
  public Results valueAndGradients(Map<String, HostTensor> inputs, long seed, GradientBuffer into) {
    TensorFlowGradients buffer = life.own(TensorFlowGradients.class, into, "gradient buffer");
    return life.exclusive(
        () -> {
          TensorFlowTrace.Gradients gradients = traced.gradients(graph);
          traced.signature().bind(inputs);
          List<Operation> additions = buffer.additions(gradients);
          Iterator<HostTensor> results =
              compute(new Feeds(), inputs, seed, gradients.inputs(), additions).iterator();
          return new Results(outputs(results), inputGradients(results));
        });
  }

  @Override
  public Step step(
      Map<String, HostTensor> inputs,
      long seed,
      GradientBuffer scratch,
      Optimizer update,
      Map<String, Double> numbers,
      double maxNorm) {
    Optional<TensorFlowOptimizer> own = life.ownOrNone(TensorFlowOptimizer.class, update);
    if (own.isEmpty()
        || traced.signature().objective().isEmpty()
        || !traced.signature().differentiable().isEmpty()) {
      return Program.super.step(inputs, seed, scratch, update, numbers, maxNorm);
    }
    TensorFlowGradients unused = life.own(TensorFlowGradients.class, scratch, "gradient buffer");
    return life.exclusive(
        () -> {
          unused.check();
          traced.signature().bind(inputs);
          Stepping stepping = steps.computeIfAbsent(own.get(), this::stepping);
          Feeds feeds =
              own.get().feed(new Feeds(), numbers).with(stepping.maxNorm(), (float) maxNorm);
          List<HostTensor> results =
              compute(feeds, inputs, seed, List.of(stepping.norm()), stepping.updates());
          return new Step(outputs(results.iterator()), results.get(results.size() - 1).at(0));
        });
  }

  /** Gradients, clipping and update as a part of the graph. */
  private record Stepping(Output<?> maxNorm, Output<?> norm, List<Operation> updates) {}

  private Stepping stepping(TensorFlowOptimizer update) {
    SortedMap<String, TensorFlowTrace.Gradient> gradients = traced.gradients(graph).parameters();
    List<Output<?>> halves = new ArrayList<>();
    gradients.values().forEach(gradient -> halves.add(graph.op("L2Loss", gradient.value())));
    Output<?> squares =
        halves.isEmpty()
            ? graph.constant(0f)
            : graph.op("Mul", graph.op("AddN", Map.of(), halves), graph.constant(2f));
    Output<?> norm = graph.op("Sqrt", squares);
    Output<?> maxNorm = graph.placeholder("largest norm", DataType.DT_FLOAT);
    Output<?> factor =
        graph.op(
            "Minimum",
            graph.constant(1f),
            graph.op(
                "RealDiv",
                maxNorm,
                graph.op("AddV2", norm, graph.constant((float) GradientBuffer.CLIP_EPS))));
    SortedMap<String, Output<?>> clipped = new TreeMap<>();
    gradients.forEach(
        (name, gradient) -> clipped.put(name, graph.op("Mul", gradient.value(), factor)));
    // The outputs must be read before the parameters change.
    List<Operation> after = traced.outputs().values().stream().<Operation>map(Output::op).toList();
    return new Stepping(maxNorm, norm, update.updates(clipped, after));
  }

  private List<HostTensor> compute(
      Feeds own,
      Map<String, HostTensor> inputs,
      long seed,
      Collection<Output<?>> gradients,
      List<Operation> targets) {
    List<Output<?>> fetches = new ArrayList<>(traced.outputs().values());
    fetches.addAll(gradients);
    try (Feeds feeds = feed(own, inputs, seed)) {
      return graph.run(feeds, fetches, targets);
    }
  }

  private Feeds feed(Feeds feeds, Map<String, HostTensor> inputs, long seed) {
    feeds.with(traced.seed(), seed);
    traced
        .inputs()
        .forEach((name, placeholder) -> feeds.with(placeholder, requireNonNull(inputs.get(name))));
    return feeds;
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
}
