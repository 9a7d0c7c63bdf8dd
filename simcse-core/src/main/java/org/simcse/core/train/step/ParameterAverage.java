package org.simcse.core.train.step;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.simcse.api.engine.Backend;
import org.simcse.api.engine.Computation;
import org.simcse.api.engine.GradientBuffer;
import org.simcse.api.engine.Optimizer;
import org.simcse.api.engine.ParameterStore;
import org.simcse.api.engine.Program;
import org.simcse.api.engine.Signature;
import org.simcse.api.engine.UpdateRule;
import org.simcse.api.tensor.ForwardPass;
import org.simcse.api.tensor.Initializer;
import org.simcse.api.tensor.Shape;
import org.simcse.api.tensor.Tensor;
import org.simcse.core.model.DryTrace;

/**
 * An exponential moving average of parameters, on the engine's device: the averaged parameters are
 * parameters too, which the optimizer of the training does not touch.
 *
 * <p>{@code averaged = λ * averaged + (1 - λ) * parameter} is a step of gradient descent with rate
 * 1 - λ on {@code |averaged - parameter|² / 2}, so that an engine needs no operation of its own.
 */
final class ParameterAverage {
  /** What the name of an averaged parameter has before that of the parameter. */
  static final String PREFIX = "averaged.";

  private static final String DISTANCE = "distance";
  private static final String RATE = "rate";

  private final List<String> names;
  private final Program distance;
  private final Optimizer descent;
  private final GradientBuffer scratch;
  private final double decay;

  private ParameterAverage(
      List<String> names,
      Program distance,
      Optimizer descent,
      GradientBuffer scratch,
      double decay) {
    this.names = names;
    this.distance = distance;
    this.descent = descent;
    this.scratch = scratch;
    this.decay = decay;
  }

  /**
   * Begins an average with the present values.
   *
   * @param decay λ, in [0, 1)
   */
  static ParameterAverage of(Backend backend, TrainingModel model, double decay) {
    Traceable rows = model.averagedRows();
    SortedMap<String, Shape> shapes =
        DryTrace.of(rows.computation(), rows.signature()).parameters();
    model.rows().on(backend); // initializes parameters that no checkpoint has set
    ParameterStore parameters = backend.parameters();
    shapes
        .keySet()
        .forEach(name -> parameters.set(name, parameters.get(name.substring(PREFIX.length()))));
    Program distance = compiled(backend, new Distance(new TreeMap<>(shapes)));
    return new ParameterAverage(
        List.copyOf(shapes.keySet()),
        distance,
        backend.createOptimizer(new Descent()),
        backend.gradientBuffer(),
        decay);
  }

  /** Compiles the distance for gradients of the averages alone, which no other program has. */
  private static Program compiled(Backend backend, Distance distance) {
    ParameterStore parameters = backend.parameters();
    Signature signature = Signature.of().differentiating(DISTANCE);
    distance.averaged.keySet().forEach(name -> trainable(parameters, name, false));
    Program compiled = backend.compile(distance, signature);
    distance.averaged.keySet().forEach(name -> trainable(parameters, name, true));
    return compiled;
  }

  private static void trainable(ParameterStore parameters, String averaged, boolean original) {
    parameters.setTrainable(averaged.substring(PREFIX.length()), original);
    parameters.setTrainable(averaged, !original);
  }

  /** Returns the names of the averaged parameters, sorted. */
  List<String> names() {
    return names;
  }

  /** Lets the averages follow a step of the training. */
  void update() {
    distance.step(Map.of(), 0, scratch, descent, Map.of(RATE, 1 - decay), Double.POSITIVE_INFINITY);
  }

  /** Half of the squared distance of the averaged parameters from those in training. */
  private record Distance(SortedMap<String, Shape> averaged) implements Computation {
    @Override
    public Map<String, Tensor> trace(ForwardPass pass, Map<String, Tensor> inputs) {
      Tensor sum = pass.constant(0);
      for (Map.Entry<String, Shape> entry : averaged.entrySet()) {
        Tensor gap =
            parameter(pass, entry.getKey(), entry.getValue())
                .sub(parameter(pass, entry.getKey().substring(PREFIX.length()), entry.getValue()));
        sum = sum.add(gap.mul(gap).sum());
      }
      return Map.of(DISTANCE, sum.mul(0.5));
    }

    private static Tensor parameter(ForwardPass pass, String name, Shape shape) {
      return pass.parameter(name, shape, Initializer.zeros()); // all exist
    }
  }

  private record Descent() implements UpdateRule {
    @Override
    public List<String> state() {
      return List.of();
    }

    @Override
    public List<String> hyperparameters() {
      return List.of(RATE);
    }

    @Override
    public Updated update(Slot slot) {
      return new Updated(
          slot.value().sub(slot.gradient().mul(slot.hyperparameter(RATE))), Map.of());
    }
  }
}
