package org.simcse.tests.reference;

import java.util.List;
import org.simcse.api.tensor.ElementType;
import org.simcse.api.tensor.Shape;

/**
 * One operation of a traced program, and its value in every run.
 *
 * <p>Elements are {@code double}s in row-major order whatever the type: truth values are 0 and 1,
 * integers are exact up to 2^53. Elements are not modified once computed.
 */
final class Node {
  /** Computes the elements in one run. */
  @FunctionalInterface
  interface Forward {
    double[] apply(Run run);
  }

  /** Adds to the gradients of the operands, given the gradient of the result. */
  @FunctionalInterface
  interface Backward {
    void apply(Run run, double[] gradient);

    /** Returns the backward pass of an operation without gradient. */
    static Backward none() {
      return (run, gradient) -> {};
    }
  }

  final int index;
  final Shape shape;
  final ElementType type;
  final boolean differentiable;
  final boolean parametric;
  final Forward forward;
  final Backward backward;

  /**
   * Creates the next operation of a program.
   *
   * @param index its index in the program
   * @param differentiable whether the objective may have a gradient with respect to it
   * @param parametric whether it is a parameter or computed from parameters only
   */
  Node(
      int index,
      Shape shape,
      ElementType type,
      boolean differentiable,
      boolean parametric,
      Forward forward,
      Backward backward) {
    this.index = index;
    this.shape = shape;
    this.type = type;
    this.differentiable = differentiable;
    this.parametric = parametric;
    this.forward = forward;
    this.backward = backward;
  }

  /** Returns whether any of these is differentiable. */
  static boolean anyDifferentiable(List<Node> nodes) {
    return nodes.stream().anyMatch(node -> node.differentiable);
  }
}
