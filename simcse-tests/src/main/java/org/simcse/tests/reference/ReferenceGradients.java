package org.simcse.tests.reference;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.simcse.api.engine.GradientBuffer;
import org.simcse.api.engine.Lifecycle;
import org.simcse.api.tensor.HostTensor;

/** Gradients on the heap, created when a program first contributes to them. */
final class ReferenceGradients implements GradientBuffer, Lifecycle.Part {
  private record Gradient(long[] shape, double[] sum) {
    /** Returns the array itself, not a copy. */
    HostTensor view() {
      return HostTensor.of(sum, shape.clone());
    }
  }

  private final Lifecycle lifecycle;
  private final TreeMap<String, Gradient> byName = new TreeMap<>();

  ReferenceGradients(Lifecycle lifecycle) {
    this.lifecycle = lifecycle;
  }

  @Override
  public Lifecycle lifecycle() {
    return lifecycle;
  }

  /** Adds to the gradients by parameter, all or, if the buffer is closed, none. */
  void add(Map<String, HostTensor> gradients) {
    lifecycle.exclusive(() -> gradients.forEach(this::add));
  }

  private void add(String parameter, HostTensor gradient) {
    double[] sum =
        byName.computeIfAbsent(
                parameter, name -> new Gradient(gradient.shape(), new double[gradient.size()]))
            .sum;
    Arrays.setAll(sum, i -> sum[i] + gradient.at(i));
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
