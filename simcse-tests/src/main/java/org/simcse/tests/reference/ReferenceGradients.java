package org.simcse.tests.reference;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.simcse.api.engine.GradientBuffer;
import org.simcse.api.engine.Lifecycle;
import org.simcse.api.tensor.HostTensor;

/** Gradients on the heap, made when a program first contributes to them. */
final class ReferenceGradients implements GradientBuffer {
  private record Gradient(long[] shape, double[] sum) {
    /** The array itself, not a copy. */
    HostTensor view() {
      return HostTensor.of(sum, shape.clone());
    }
  }

  private final Lifecycle lifecycle;
  private final TreeMap<String, Gradient> byName = new TreeMap<>();

  ReferenceGradients(Lifecycle lifecycle) {
    this.lifecycle = lifecycle;
  }

  /** Runs work that adds to this buffer, alone; refuses when closed. */
  <T> T adding(Supplier<T> work) {
    return lifecycle.exclusive(work);
  }

  /** Adds to a parameter's gradient; call within {@link #adding}. */
  void add(ReferenceParameters.Parameter parameter, double[] gradient) {
    double[] sum =
        byName.computeIfAbsent(
                parameter.name, name -> new Gradient(parameter.shape, new double[gradient.length]))
            .sum;
    Arrays.setAll(sum, i -> sum[i] + gradient[i]);
  }

  @Override
  public void zero() {
    lifecycle.exclusive(byName::clear);
  }

  @Override
  public void scale(double by) {
    lifecycle.exclusive(
        () -> byName.values().forEach(g -> Arrays.setAll(g.sum, i -> g.sum[i] * by)));
  }

  @Override
  public double globalNorm() {
    return lifecycle.shared(
        () ->
            Math.sqrt(
                byName.values().stream()
                    .flatMapToDouble(gradient -> Arrays.stream(gradient.sum))
                    .map(x -> x * x)
                    .sum()));
  }

  @Override
  public Map<String, HostTensor> read() {
    return lifecycle.shared(
        () -> {
          Map<String, HostTensor> copies = new LinkedHashMap<>();
          byName.forEach(
              (name, g) -> copies.put(name, HostTensor.of(g.sum.clone(), g.shape.clone())));
          return copies;
        });
  }

  @Override
  public void onHost(Consumer<List<HostTensor>> change) {
    lifecycle.exclusive(() -> change.accept(byName.values().stream().map(Gradient::view).toList()));
  }

  @Override
  public void close() {
    lifecycle.close(byName::clear);
  }
}
