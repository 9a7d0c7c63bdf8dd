package org.simcse.tests.reference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import org.simcse.api.error.BackendException;
import org.simcse.api.tensor.Dim;
import org.simcse.api.tensor.ElementType;
import org.simcse.api.tensor.Shape;
import org.simcse.api.tensor.TensorOps;

/** Records the operations of a program in order, with the common patterns of operations. */
abstract class Recorder implements TensorOps<Node> {
  private final List<Node> nodes = new ArrayList<>();
  private final Node seed = leaf(Shape.scalar(), ElementType.INT, false, run -> new double[1]);

  /** Returns the operations so far, each after its operands. */
  final List<Node> nodes() {
    return nodes;
  }

  /** Returns the seed of the run. */
  final Node seed() {
    return seed;
  }

  /** Returns a value that no operation computes. */
  final Node leaf(Shape shape, ElementType type, boolean differentiable, Node.Forward forward) {
    return append(
        new Node(nodes.size(), shape, type, differentiable, false, forward, Node.Backward.none()));
  }

  final Node parameter(Shape shape, boolean trainable, Node.Forward forward) {
    return append(
        new Node(
            nodes.size(),
            shape,
            ElementType.FLOAT,
            trainable,
            true,
            forward,
            Node.Backward.none()));
  }

  final Node node(
      Shape shape,
      ElementType type,
      List<Node> operands,
      Node.Forward forward,
      Node.Backward backward) {
    boolean differentiable = type.isFloating() && Node.anyDifferentiable(operands);
    boolean parametric = operands.stream().allMatch(operand -> operand.parametric);
    return append(
        new Node(nodes.size(), shape, type, differentiable, parametric, forward, backward));
  }

  private Node append(Node node) {
    nodes.add(node);
    return node;
  }

  /**
   * @param derivative of the result with respect to x, given x and the result
   */
  final Node unary(Node x, DoubleUnaryOperator function, DoubleBinaryOperator derivative) {
    return node(
        x.shape,
        x.type,
        List.of(x),
        run -> Arrays.stream(run.value(x)).map(function).toArray(),
        (run, gradient) -> {
          double[] at = run.value(x);
          double[] sum = run.gradient(x);
          for (int i = 0; i < at.length; i++) {
            sum[i] += gradient[i] * derivative.applyAsDouble(at[i], function.applyAsDouble(at[i]));
          }
        });
  }

  /**
   * @param left the derivative with respect to a, given a and b; {@code right} likewise
   */
  final Node binary(
      Node a,
      Node b,
      ElementType type,
      DoubleBinaryOperator function,
      DoubleBinaryOperator left,
      DoubleBinaryOperator right) {
    Shape shape = Shape.broadcast("reference", a.shape, b.shape);
    return node(
        shape,
        type,
        List.of(a, b),
        run -> Elementwise.of(run, a, b, run.sizes(shape)).apply(function),
        (run, gradient) -> {
          Elementwise operands = Elementwise.of(run, a, b, run.sizes(shape));
          if (a.differentiable) {
            operands.addLeft(gradient, left, run.gradient(a));
          }
          if (b.differentiable) {
            operands.addRight(gradient, right, run.gradient(b));
          }
        });
  }

  final Node comparison(Node a, Node b, DoubleBinaryOperator function) {
    return binary(a, b, ElementType.BOOL, function, (x, y) -> 0, (x, y) -> 0);
  }

  static Shape without(Shape shape, List<Integer> axes, boolean keepDims) {
    List<Dim> dims = new ArrayList<>();
    for (int axis = 0; axis < shape.rank(); axis++) {
      if (!axes.contains(axis)) {
        dims.add(shape.dim(axis));
      } else if (keepDims) {
        dims.add(Dim.of(1));
      }
    }
    return new Shape(dims);
  }

  @FunctionalInterface
  interface Places {
    int[] in(Run run);
  }

  final Node pick(Node x, Shape shape, Places places) {
    return node(
        shape,
        x.type,
        List.of(x),
        run -> {
          double[] value = run.value(x);
          return Arrays.stream(places.in(run)).mapToDouble(place -> value[place]).toArray();
        },
        (run, gradient) -> {
          int[] from = places.in(run);
          double[] sum = run.gradient(x);
          for (int i = 0; i < from.length; i++) {
            sum[from[i]] += gradient[i];
          }
        });
  }

  static int[] within(String operation, double[] ids, int limit) {
    for (double id : ids) {
      if (id < 0 || id >= limit) {
        throw new BackendException(
            "%s: there is no row %.0f: rows are at least 0 and below %d."
                .formatted(operation, id, limit));
      }
    }
    return Arrays.stream(ids).mapToInt(id -> (int) id).toArray();
  }
}
