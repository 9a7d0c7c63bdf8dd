package org.simcse.tests;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.simcse.api.engine.Computation;
import org.simcse.api.engine.Signature;
import org.simcse.api.tensor.Dim;
import org.simcse.api.tensor.ElementType;
import org.simcse.api.tensor.ForwardPass;
import org.simcse.api.tensor.HostTensor;
import org.simcse.api.tensor.Shape;
import org.simcse.api.tensor.Tensor;

/**
 * One operation with suitable operands, as a computation: output {@code y}, and optionally {@code
 * loss}, a scalar of it that weights every element differently.
 *
 * @param name the name in messages
 * @param operands in order
 * @param body the operation
 */
record Operation(String name, List<Operand> operands, Body body) implements Computation {
  /** Symbols whose sizes are generated. */
  static final String[] SYMBOLS = {"A", "B", "C", "D"};

  /** Adds the operation to the program. */
  @FunctionalInterface
  interface Body {
    Tensor apply(ForwardPass pass, List<Tensor> operands);
  }

  /**
   * An operand with numbers in {@code [low, high)}.
   *
   * @param name of the input
   */
  record Operand(String name, ElementType type, Shape shape, double low, double high) {
    static Operand floats(String name, double low, double high, Dim... shape) {
      return new Operand(name, ElementType.FLOAT, Shape.of(shape), low, high);
    }

    static Operand floats(String name, Dim... shape) {
      return floats(name, -2, 2, shape);
    }

    static Operand ints(String name, long low, long high, Dim... shape) {
      return new Operand(name, ElementType.INT, Shape.of(shape), low, high);
    }
  }

  /** Returns inputs for the operands, and a further one per symbol. */
  Signature signature(boolean differentiating) {
    List<Signature.Input> inputs =
        operands.stream()
            .map(
                operand ->
                    new Signature.Input(
                        operand.name,
                        operand.type,
                        operand.shape,
                        differentiating && operand.type == ElementType.FLOAT))
            .toList();
    return new Signature(inputs, false, differentiating ? Optional.of("loss") : Optional.empty());
  }

  @Override
  public Map<String, Tensor> trace(ForwardPass pass, Map<String, Tensor> inputs) {
    Tensor y =
        body.apply(
            pass, operands.stream().map(operand -> Checks.named(inputs, operand.name)).toList());
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    outputs.put("y", y.type() == ElementType.BOOL ? y.cast(ElementType.FLOAT) : y);
    if (y.type() == ElementType.FLOAT) {
      outputs.put("loss", y.mul(y).add(y.mul(0.6)).sum());
    }
    return outputs;
  }

  /**
   * Returns the slope of {@code loss} along one element of one operand, on a double-precision
   * program.
   */
  static double slope(
      org.simcse.api.engine.Program program,
      Map<String, HostTensor> inputs,
      String operand,
      int element) {
    double step = 1e-5;
    double[] moved = Checks.named(inputs, operand).toDoubles();
    Map<String, HostTensor> changed = new LinkedHashMap<>(inputs);
    changed.put(operand, HostTensor.of(moved, Checks.named(inputs, operand).shape()));
    moved[element] += step;
    double up = Checks.named(program.run(changed), "loss").at(0);
    moved[element] -= 2 * step;
    double down = Checks.named(program.run(changed), "loss").at(0);
    return (up - down) / (2 * step);
  }

  @Override
  public String toString() {
    return name;
  }
}
