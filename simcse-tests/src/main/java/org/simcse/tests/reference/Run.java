package org.simcse.tests.reference;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.simcse.api.error.BackendException;
import org.simcse.api.tensor.Dim;
import org.simcse.api.tensor.HostTensor;
import org.simcse.api.tensor.Shape;

/** One run of a program: sizes, values and gradients of its nodes. Confined to one thread. */
final class Run {
  final long seed;
  private final Map<String, HostTensor> inputs;
  private final Map<String, Long> symbols;
  private final int[][] sizes;
  private final double[] @Nullable [] values;
  private final double[] @Nullable [] gradients;

  /**
   * Computes every node.
   *
   * @param symbols the sizes from the inputs
   */
  Run(List<Node> nodes, Map<String, HostTensor> inputs, Map<String, Long> symbols, long seed) {
    this.seed = seed;
    this.inputs = inputs;
    this.symbols = symbols;
    this.sizes = new int[nodes.size()][];
    this.values = new double[nodes.size()][];
    this.gradients = new double[nodes.size()][];
    for (Node node : nodes) {
      sizes[node.index] = sizes(node.shape);
      double[] value = node.forward.apply(this);
      if (value.length != Indices.count(sizes[node.index])) {
        throw new BackendException(
            "The backend 'reference' computed %d elements for %s, which is %s in this run."
                .formatted(value.length, node.shape, Arrays.toString(sizes[node.index])));
      }
      values[node.index] = value;
    }
  }

  /** Creates a copy of a run with the magnitudes of its values, and without gradients. */
  private Run(Run signed) {
    this.seed = signed.seed;
    this.inputs = signed.inputs;
    this.symbols = signed.symbols;
    this.sizes = signed.sizes;
    this.values = new double[signed.values.length][];
    Arrays.setAll(values, i -> magnitudes(Objects.requireNonNull(signed.values[i])));
    this.gradients = new double[values.length][];
  }

  private static double[] magnitudes(double[] numbers) {
    return Arrays.stream(numbers).map(Math::abs).toArray();
  }

  Map<String, Long> symbols() {
    return symbols;
  }

  /** Returns the sizes of a node's axes in this run; must not be modified. */
  int[] sizes(Node node) {
    return sizes[node.index];
  }

  int[] sizes(Shape shape) {
    return Arrays.stream(shape.sizes(symbols)).mapToInt(Math::toIntExact).toArray();
  }

  int size(Dim dim) {
    return Math.toIntExact(dim.size(symbols));
  }

  /** Returns the elements of a node; must not be modified. */
  double[] value(Node node) {
    return Objects.requireNonNull(values[node.index], "a node is used before it is computed");
  }

  HostTensor input(String name) {
    return Objects.requireNonNull(inputs.get(name), "the input is missing");
  }

  /** Runs the backward pass from a weighted sum of nodes. */
  void differentiate(List<Node> nodes, Map<Node, double[]> weights) {
    weights.forEach((node, weight) -> add(gradient(node), weight));
    for (int i = nodes.size() - 1; i >= 0; i--) {
      Node node = nodes.get(i);
      double[] gradient = gradients[i];
      if (gradient != null && node.differentiable) {
        node.backward.apply(this, gradient);
      }
    }
  }

  private static void add(double[] sum, double[] summand) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += summand[i];
    }
  }

  /**
   * Returns a run in which the gradient of a parameter is the sum of the magnitudes of all the
   * contributions that {@link #differentiate} added up.
   */
  Run summands(List<Node> nodes) {
    Run unsigned = new Run(this);
    for (int i = nodes.size() - 1; i >= 0; i--) {
      Node node = nodes.get(i);
      double[] gradient = node.parametric ? unsigned.gradients[i] : gradients[i];
      if (gradient != null && node.differentiable) {
        node.backward.apply(unsigned, magnitudes(gradient));
      }
    }
    return unsigned;
  }

  /** Returns the array that accumulates the gradient of a node; initially zeros. */
  double[] gradient(Node node) {
    double[] gradient = gradients[node.index];
    if (gradient == null) {
      gradient = new double[value(node).length];
      gradients[node.index] = gradient;
    }
    return gradient;
  }
}
