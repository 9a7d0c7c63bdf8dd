package org.simcse.tf;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.simcse.api.engine.AdamKernel;
import org.simcse.api.engine.GradientBuffer;
import org.simcse.api.engine.Lifecycle;
import org.simcse.api.engine.ParameterTable;
import org.simcse.api.engine.Update;
import org.simcse.api.engine.UpdateComputation;
import org.simcse.api.engine.UpdateRule;
import org.simcse.api.error.ShapeException;
import org.simcse.api.tensor.HostTensor;
import org.tensorflow.Operation;
import org.tensorflow.OperationBuilder;
import org.tensorflow.Output;
import org.tensorflow.proto.DataType;

/** An update rule as operations that assign to variables. */
final class TensorFlowUpdate implements Update, Lifecycle.Part {
  private final UpdateRule rule;
  private final Lifecycle life;
  private final GraphSession graph;
  private final ParameterTable<Variable> parameters;
  private final TensorFlowParameters variables;
  private final Tracer tracer;
  private final String name;
  private final Map<String, Output<?>> numbers = new LinkedHashMap<>();
  private final SortedMap<String, Variable> state = new TreeMap<>();
  private final Map<Object, List<Operation>> made = new HashMap<>();
  private final List<Operation> fresh = new ArrayList<>();

  /**
   * A rule without state yet.
   *
   * @param name unique within the session
   */
  TensorFlowUpdate(
      UpdateRule rule,
      Lifecycle life,
      GraphSession graph,
      ParameterTable<Variable> parameters,
      TensorFlowParameters variables,
      Tracer tracer,
      String name) {
    this.rule = rule;
    this.life = life;
    this.graph = graph;
    this.parameters = parameters;
    this.variables = variables;
    this.tracer = tracer;
    this.name = name;
    rule.numbers()
        .forEach(
            number ->
                numbers.put(number, graph.placeholder("number " + number, DataType.DT_FLOAT)));
  }

  @Override
  public Lifecycle lifecycle() {
    return life;
  }

  @Override
  public void apply(GradientBuffer gradients, Map<String, Double> values) {
    TensorFlowGradients buffer = life.own(TensorFlowGradients.class, gradients, "gradient buffer");
    life.exclusive(
        () -> {
          SortedMap<String, Output<?>> sums = buffer.sums();
          List<Operation> updates = updates(sums, List.of());
          try (Feeds feeds = feed(new Feeds(), values)) {
            graph.run(feeds, List.of(), updates);
          }
        });
  }

  /** Feeds the numbers of a step. */
  Feeds feed(Feeds feeds, Map<String, Double> values) {
    List<Double> ordered = UpdateComputation.ordered(rule, values);
    for (int i = 0; i < ordered.size(); i++) {
      feeds.with(requireNonNull(numbers.get(rule.numbers().get(i))), ordered.get(i).floatValue());
    }
    return feeds;
  }

  /**
   * The operations that update parameters by these gradients, made at the first call. Called under
   * the write lock.
   *
   * @param after what must have been computed before anything is assigned
   */
  List<Operation> updates(SortedMap<String, Output<?>> gradients, List<Operation> after) {
    return made.computeIfAbsent(List.of(gradients, after), key -> make(gradients, after));
  }

  private List<Operation> make(SortedMap<String, Output<?>> gradients, List<Operation> after) {
    List<Operation> updates = new ArrayList<>();
    gradients.forEach(
        (parameter, gradient) -> {
          Map<String, Variable> targets = new LinkedHashMap<>();
          targets.put(UpdateComputation.VALUE, parameters.tensor(parameter));
          rule.state()
              .forEach(
                  kept -> targets.put(UpdateComputation.state(kept), kept(parameter + "/" + kept)));
          updates.addAll(
              rule.kernel(parameter)
                  .map(adam -> fused(adam, targets, gradient, after))
                  .orElseGet(() -> composed(parameter, targets, gradient, after)));
        });
    variables.flush();
    flush();
    graph.extend();
    return updates;
  }

  private List<Operation> composed(
      String parameter, Map<String, Variable> targets, Output<?> gradient, List<Operation> after) {
    Map<String, Output<?>> inputs = new HashMap<>();
    targets.forEach((target, variable) -> inputs.put(target, variable.read()));
    inputs.put(UpdateComputation.GRADIENT, gradient);
    numbers.forEach((n, placeholder) -> inputs.put(UpdateComputation.number(n), placeholder));
    Map<String, Output<?>> results = tracer.update(new UpdateComputation(rule, parameter), inputs);
    // All are computed before anything is changed.
    List<Operation> computed = new ArrayList<>(after);
    results.values().forEach(result -> computed.add(result.op()));
    List<Operation> assignments = new ArrayList<>();
    results.forEach(
        (target, result) -> assignments.add(target(targets, target).assign(result, computed)));
    return assignments;
  }

  /** In place, and without the kernel's own correction of bias: powers of beta are 0. */
  private List<Operation> fused(
      AdamKernel adam, Map<String, Variable> targets, Output<?> gradient, List<Operation> after) {
    Variable value = target(targets, UpdateComputation.VALUE);
    List<Operation> before = new ArrayList<>(after);
    adam.decay()
        .ifPresent(
            share ->
                before.add(
                    changing("ResourceApplyGradientDescent", after)
                        .addInput(value.handle())
                        .addInput(number(share))
                        .addInput(value.read())
                        .build()));
    return List.of(
        changing("ResourceApplyAdam", before)
            .addInput(value.handle())
            .addInput(target(targets, UpdateComputation.state(adam.mean())).handle())
            .addInput(target(targets, UpdateComputation.state(adam.variance())).handle())
            .addInput(graph.constant(0f))
            .addInput(graph.constant(0f))
            .addInput(number(adam.stepSize()))
            .addInput(graph.constant((float) adam.beta1()))
            .addInput(graph.constant((float) adam.beta2()))
            .addInput(number(adam.epsilon()))
            .addInput(gradient)
            .build());
  }

  private OperationBuilder changing(String type, List<Operation> after) {
    OperationBuilder builder = graph.builder(type);
    after.forEach(builder::addControlInput);
    return builder.setAttr("T", DataType.DT_FLOAT);
  }

  private Output<?> number(String known) {
    return requireNonNull(numbers.get(known));
  }

  private static Variable target(Map<String, Variable> targets, String known) {
    return requireNonNull(targets.get(known));
  }

  /** The variable of a part of the state; a new one is 0 once {@link #flush} has run. */
  private Variable kept(String key) {
    Variable known = state.get(key);
    if (known == null) {
      Variable parameter = parameters.tensor(UpdateComputation.parameterOf(rule, key));
      known = new Variable(graph, name + "." + key, parameter.shape());
      fresh.add(known.assign(graph.zeros(parameter.shape())));
      state.put(key, known);
    }
    return known;
  }

  /** Sets new variables to 0: one run for all takes the time of a run for each. */
  private void flush() {
    if (!fresh.isEmpty()) {
      graph.run(new Feeds(), List.of(), fresh);
      fresh.clear();
    }
  }

  @Override
  public SortedSet<String> names() {
    return life.shared(() -> new TreeSet<>(state.keySet()));
  }

  @Override
  public HostTensor get(String key) {
    return life.exclusive(
        () -> {
          Variable variable = kept(key);
          flush();
          return variable.get(state.values());
        });
  }

  @Override
  public void set(String key, HostTensor value) {
    life.exclusive(
        () -> {
          Variable variable = kept(key);
          if (!variable.hasShape(value.shape())) {
            throw new ShapeException(
                "The state %s has the shape %s and cannot be set to %s."
                    .formatted(
                        key, Arrays.toString(variable.shape()), Arrays.toString(value.shape())));
          }
          flush();
          Variable.set(graph, List.of(variable), List.of(value));
        });
  }

  @Override
  public void close() {
    life.close(
        () ->
            graph.run(
                new Feeds(), List.of(), state.values().stream().map(Variable::destroy).toList()));
  }
}
