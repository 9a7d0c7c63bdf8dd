package org.simcse.tf;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import org.simcse.api.engine.AdamKernel;
import org.simcse.api.engine.GradientBuffer;
import org.simcse.api.engine.Lifecycle;
import org.simcse.api.engine.Optimizer;
import org.simcse.api.engine.OptimizerState;
import org.simcse.api.engine.ParameterTable;
import org.simcse.api.engine.UpdateComputation;
import org.simcse.api.engine.UpdateRule;
import org.simcse.api.tensor.HostTensor;
import org.tensorflow.Operation;
import org.tensorflow.OperationBuilder;
import org.tensorflow.Output;
import org.tensorflow.proto.DataType;

/** An update rule as operations that assign to variables. */
final class TensorFlowOptimizer implements Optimizer, Lifecycle.Part {
  private final UpdateRule rule;
  private final Lifecycle life;
  private final GraphSession graph;
  private final ParameterTable<Variable> parameters;
  private final TensorFlowParameters variables;
  private final Tracer tracer;
  private final TensorFlowParameters kept;
  private final Map<String, Output<?>> numbers = new LinkedHashMap<>();
  private final OptimizerState<Variable> state;
  private final Map<Object, List<Operation>> made = new HashMap<>();

  /**
   * Creates an optimizer without state.
   *
   * @param prefix of the state's names, unique within the session
   */
  TensorFlowOptimizer(
      UpdateRule rule,
      Lifecycle life,
      GraphSession graph,
      ParameterTable<Variable> parameters,
      TensorFlowParameters variables,
      Tracer tracer,
      String prefix) {
    this.rule = rule;
    this.life = life;
    this.graph = graph;
    this.parameters = parameters;
    this.variables = variables;
    this.tracer = tracer;
    this.kept = new TensorFlowParameters(graph, prefix);
    this.state = new OptimizerState<>(rule, parameters, life, kept);
    rule.hyperparameters()
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

  /** Feeds the hyperparameters of a step, which is about to change parameters. */
  Feeds feed(Feeds feeds, Map<String, Double> values) {
    variables.changing();
    List<Double> ordered = UpdateComputation.ordered(rule, values);
    for (int i = 0; i < ordered.size(); i++) {
      feeds.with(
          requireNonNull(numbers.get(rule.hyperparameters().get(i))), ordered.get(i).floatValue());
    }
    return feeds;
  }

  /**
   * Returns the operations that update parameters by these gradients, created on the first call.
   * Called under the write lock.
   *
   * @param after the operations that must run before anything is assigned
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
                  part ->
                      targets.put(UpdateComputation.state(part), state.require(parameter, part)));
          updates.addAll(
              rule.kernel(parameter)
                  .map(adam -> fused(adam, targets, gradient, after))
                  .orElseGet(() -> composed(parameter, targets, gradient, after)));
        });
    variables.flush();
    kept.flush();
    graph.extend();
    return updates;
  }

  private List<Operation> composed(
      String parameter, Map<String, Variable> targets, Output<?> gradient, List<Operation> after) {
    Map<String, Output<?>> inputs = new HashMap<>();
    targets.forEach((target, variable) -> inputs.put(target, variable.read()));
    inputs.put(UpdateComputation.GRADIENT, gradient);
    numbers.forEach(
        (n, placeholder) -> inputs.put(UpdateComputation.hyperparameter(n), placeholder));
    Map<String, Output<?>> results = tracer.update(new UpdateComputation(rule, parameter), inputs);
    // All are computed before anything is changed.
    List<Operation> computed = new ArrayList<>(after);
    results.values().forEach(result -> computed.add(result.op()));
    List<Operation> assignments = new ArrayList<>();
    results.forEach(
        (target, result) -> assignments.add(target(targets, target).assign(result, computed)));
    return assignments;
  }

  /** Updates in place, without the kernel's own bias correction: powers of beta are 0. */
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

  @Override
  public SortedSet<String> names() {
    return state.names();
  }

  @Override
  public HostTensor get(String key) {
    return state.get(key);
  }

  @Override
  public void set(String key, HostTensor value) {
    state.set(key, value);
  }

  @Override
  public void close() {
    life.close(
        () ->
            graph.run(
                new Feeds(), List.of(), state.tensors().stream().map(Variable::destroy).toList()));
  }
}
