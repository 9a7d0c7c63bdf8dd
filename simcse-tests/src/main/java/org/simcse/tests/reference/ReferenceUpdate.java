package org.simcse.tests.reference;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.simcse.api.engine.BackendConfig;
import org.simcse.api.engine.GradientBuffer;
import org.simcse.api.engine.Lifecycle;
import org.simcse.api.engine.ParameterTable;
import org.simcse.api.engine.Update;
import org.simcse.api.engine.UpdateComputation;
import org.simcse.api.engine.UpdateRule;
import org.simcse.api.error.ShapeException;
import org.simcse.api.tensor.HostTensor;
import org.simcse.api.tensor.Shape;

/** Interprets an update rule, one parameter after the other. */
final class ReferenceUpdate implements Update {
  private final UpdateRule rule;
  private final ParameterTable<ReferenceParameters.Parameter> parameters;
  private final BackendConfig config;
  private final Lifecycle lifecycle;
  private final Map<String, ReferenceTrace> traces = new HashMap<>();
  private final TreeMap<String, double[]> state = new TreeMap<>();

  ReferenceUpdate(
      UpdateRule rule,
      ParameterTable<ReferenceParameters.Parameter> parameters,
      BackendConfig config,
      Lifecycle lifecycle) {
    this.rule = rule;
    this.parameters = parameters;
    this.config = config;
    this.lifecycle = lifecycle;
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
      double[] old = state.get(name + "/" + kept);
      inputs.put(
          UpdateComputation.state(kept),
          HostTensor.of(
              old == null ? new double[parameter.value.length] : old, parameter.shape.clone()));
    }
    for (int i = 0; i < numbers.size(); i++) {
      inputs.put(
          UpdateComputation.number(rule.numbers().get(i)),
          HostTensor.of(new double[] {numbers.get(i)}));
    }
    Run run = new Run(trace.nodes(), inputs, Map.of(), 0);
    rule.state()
        .forEach(
            kept ->
                state.put(name + "/" + kept, output(run, trace, UpdateComputation.state(kept))));
    parameter.value = output(run, trace, UpdateComputation.VALUE);
  }

  private static double[] output(Run run, ReferenceTrace trace, String name) {
    return run.value(Objects.requireNonNull(trace.traced().outputs().get(name)).handle()).clone();
  }

  @Override
  public SortedSet<String> names() {
    return lifecycle.shared(() -> new TreeSet<>(state.keySet()));
  }

  @Override
  public HostTensor get(String name) {
    return lifecycle.shared(
        () -> {
          ReferenceParameters.Parameter parameter = parameter(name);
          double[] value = state.get(name);
          return HostTensor.of(
              value == null ? new double[parameter.value.length] : value.clone(),
              parameter.shape.clone());
        });
  }

  @Override
  public void set(String name, HostTensor value) {
    lifecycle.exclusive(
        () -> {
          ReferenceParameters.Parameter parameter = parameter(name);
          if (!Arrays.equals(parameter.shape, value.shape())) {
            throw new ShapeException(
                "The state %s has the shape %s and cannot be set to %s."
                    .formatted(
                        name, Arrays.toString(parameter.shape), Arrays.toString(value.shape())));
          }
          state.put(name, value.toDoubles());
        });
  }

  private ReferenceParameters.Parameter parameter(String name) {
    return parameters.tensor(UpdateComputation.parameterOf(rule, name));
  }

  @Override
  public void close() {
    lifecycle.close(state::clear);
  }
}
