package org.simcse.tests.reference;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import org.simcse.api.engine.BackendConfig;
import org.simcse.api.engine.GradientBuffer;
import org.simcse.api.engine.Lifecycle;
import org.simcse.api.engine.Optimizer;
import org.simcse.api.engine.OptimizerState;
import org.simcse.api.engine.ParameterTable;
import org.simcse.api.engine.UpdateComputation;
import org.simcse.api.engine.UpdateRule;
import org.simcse.api.tensor.HostTensor;
import org.simcse.api.tensor.Shape;

/** Interprets an update rule, one parameter after another. */
final class ReferenceOptimizer implements Optimizer {
  private final UpdateRule rule;
  private final ParameterTable<ReferenceParameters.Parameter> parameters;
  private final BackendConfig config;
  private final Lifecycle lifecycle;
  private final Map<String, ReferenceTrace> traces = new HashMap<>();
  private final OptimizerState<ReferenceParameters.Parameter> state;

  ReferenceOptimizer(
      UpdateRule rule,
      ParameterTable<ReferenceParameters.Parameter> parameters,
      BackendConfig config,
      Lifecycle lifecycle) {
    this.rule = rule;
    this.parameters = parameters;
    this.config = config;
    this.lifecycle = lifecycle;
    this.state = new OptimizerState<>(rule, parameters, lifecycle, new ReferenceParameters());
  }

  @Override
  public void apply(GradientBuffer gradients, Map<String, Double> numbers) {
    ReferenceGradients buffer =
        lifecycle.own(ReferenceGradients.class, gradients, "gradient buffer");
    List<Double> ordered = UpdateComputation.ordered(rule, numbers);
    lifecycle.exclusive(
        () -> buffer.read().forEach((name, gradient) -> update(name, gradient, ordered)));
  }

  private void update(String name, HostTensor gradient, List<Double> numbers) {
    ReferenceParameters.Parameter parameter = parameters.tensor(name);
    ReferenceTrace trace =
        traces.computeIfAbsent(
            name,
            key -> {
              UpdateComputation computation = new UpdateComputation(rule, key);
              return ReferenceTrace.of(
                  computation,
                  computation.signature(Shape.of(parameter.shape)),
                  config,
                  parameters);
            });
    Map<String, HostTensor> inputs = new HashMap<>();
    inputs.put(UpdateComputation.VALUE, HostTensor.of(parameter.value, parameter.shape.clone()));
    inputs.put(UpdateComputation.GRADIENT, gradient);
    for (String kept : rule.state()) {
      inputs.put(
          UpdateComputation.state(kept),
          HostTensor.of(state.require(name, kept).value, parameter.shape.clone()));
    }
    for (int i = 0; i < numbers.size(); i++) {
      inputs.put(
          UpdateComputation.hyperparameter(rule.hyperparameters().get(i)),
          HostTensor.of(new double[] {numbers.get(i)}));
    }
    Run run = new Run(trace.nodes(), inputs, Map.of(), 0);
    rule.state()
        .forEach(
            kept ->
                state.require(name, kept).value =
                    output(run, trace, UpdateComputation.state(kept)));
    parameter.value = output(run, trace, UpdateComputation.VALUE);
  }

  private static double[] output(Run run, ReferenceTrace trace, String name) {
    return run.value(Objects.requireNonNull(trace.traced().outputs().get(name)).handle()).clone();
  }

  @Override
  public SortedSet<String> names() {
    return state.names();
  }

  @Override
  public HostTensor get(String name) {
    return state.get(name);
  }

  @Override
  public void set(String name, HostTensor value) {
    state.set(name, value);
  }

  @Override
  public void close() {
    lifecycle.close(() -> {}); // heap memory is garbage-collected
  }
}
