package org.simcse.tests;

import static org.simcse.tests.Operation.Operand.floats;
import static org.simcse.tests.Operation.Operand.ints;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.simcse.api.tensor.Dim;
import org.simcse.api.tensor.ElementType;
import org.simcse.api.tensor.ForwardPass;
import org.simcse.api.tensor.Shape;
import org.simcse.api.tensor.Tensor;

/** The operations that the kit tests, each over symbolic sizes. */
final class Operations {
  private static final Dim A = Dim.symbol("A");
  private static final Dim B = Dim.symbol("B");
  private static final Dim C = Dim.symbol("C");
  private static final Dim D = Dim.symbol("D");
  private static final Dim ONE = Dim.of(1);

  private static final Set<String> UNDIFFERENTIABLE =
      Set.of(
          "greater",
          "greater than a number",
          "equal",
          "integers",
          "oneHot",
          "cast to integers",
          "cast of truth values");

  private Operations() {}

  /** Returns the operations that every backend implements itself. */
  static List<Operation> primitives() {
    return Stream.of(elementwise(), products(), reductions(), forms(), rowsAndTypes())
        .flatMap(List::stream)
        .toList();
  }

  /** Returns the operations through which a gradient flows. */
  static List<Operation> differentiable() {
    return Stream.concat(primitives().stream(), compositions().stream())
        .filter(operation -> !UNDIFFERENTIABLE.contains(operation.name()))
        .toList();
  }

  static Operation named(String name) {
    return Stream.concat(primitives().stream(), compositions().stream())
        .filter(operation -> operation.name().equals(name))
        .findAny()
        .orElseThrow();
  }

  /** Returns the operations that have a default composition. */
  static List<Operation> compositions() {
    return List.of(
        unary("gelu", -3, 3, Tensor::gelu),
        of3("softmax over the first axis", x -> x.softmax(0)),
        of3("softmax over the middle axis", x -> x.softmax(1)),
        of3("softmax over the last axis", x -> x.softmax(-1)),
        of3("logSoftmax over the first axis", x -> x.logSoftmax(0)),
        of3("logSoftmax over the last axis", x -> x.logSoftmax(-1)),
        of3("mean over an axis", x -> x.mean(1)),
        of3("mean over an axis that stays", x -> x.mean(0, true)),
        of3("mean of all", Tensor::mean),
        of3("normalize over the last axis", x -> x.normalize(-1, 1e-8)),
        of3("normalize over the first axis", x -> x.normalize(0, 1e-8)),
        new Operation(
            "layerNorm",
            List.of(floats("x", A, B, Dim.of(6)), floats("w", Dim.of(6)), floats("b", Dim.of(6))),
            (pass, x) -> x.get(0).layerNorm(x.get(1), x.get(2), 1e-5)),
        new Operation(
            "linear",
            List.of(floats("x", A, B, C), floats("w", D, C), floats("b", D)),
            (pass, x) -> x.get(0).linear(x.get(1), x.get(2))),
        new Operation(
            "crossEntropy",
            List.of(floats("x", A, Dim.of(4)), ints("labels", 0, 4, A)),
            (pass, x) -> x.get(0).crossEntropy(x.get(1))),
        new Operation(
            "attention",
            List.of(
                floats("q", A, Dim.of(2), B, Dim.of(3)),
                floats("k", A, Dim.of(2), C, Dim.of(3)),
                floats("v", A, Dim.of(2), C, Dim.of(3)),
                floats("m", A, ONE, ONE, C)),
            (pass, x) -> pass.attention(x.get(0), x.get(1), x.get(2), x.get(3), 0)));
  }

  private static List<Operation> elementwise() {
    return List.of(
        unary("neg", -2, 2, Tensor::neg),
        unary("exp", -2, 2, Tensor::exp),
        unary("log", 0.2, 3, Tensor::log),
        unary("sqrt", 0.2, 3, Tensor::sqrt),
        unary("tanh", -3, 3, Tensor::tanh),
        unary("erf", -3, 3, Tensor::erf),
        binary("add", Tensor::add),
        binary("sub", Tensor::sub),
        binary("mul", Tensor::mul),
        binary("div", (x, y) -> x.div(y.mul(y).add(0.5))),
        binary("maximum", Tensor::maximum),
        binary("greater", Tensor::greater),
        unary("add a number", -2, 2, x -> x.add(0.3)),
        unary("sub a number", -2, 2, x -> x.sub(0.3)),
        unary("mul by a number", -2, 2, x -> x.mul(-1.7)),
        unary("div by a number", -2, 2, x -> x.div(0.05)),
        unary("maximum with a number", -2, 2, x -> x.maximum(0.3)),
        unary("greater than a number", -2, 2, x -> x.greater(0.3)),
        new Operation(
            "equal",
            List.of(ints("a", 0, 3, A, B), ints("b", 0, 3, B)),
            (pass, x) -> x.get(0).equal(x.get(1))),
        new Operation(
            "integers", List.of(ints("a", -9, 9, A, B), ints("b", -9, 9, B)), Operations::integers),
        new Operation(
            "where",
            List.of(floats("c", A, B), floats("a", A, B), floats("b", B)),
            (pass, x) -> x.get(0).greater(0).where(x.get(1), x.get(2))));
  }

  private static Tensor integers(ForwardPass pass, List<Tensor> x) {
    Tensor a = x.get(0);
    Tensor b = x.get(1);
    return a.greater(b).where(a.mul(b).sub(a.neg()), a.maximum(b).add(b)).sum(0);
  }

  private static List<Operation> products() {
    return List.of(
        product("matmul", floats("a", A, B), floats("b", B, C), false, false),
        product("matmul, left transposed", floats("a", B, A), floats("b", B, C), true, false),
        product("matmul, right transposed", floats("a", A, B), floats("b", C, B), false, true),
        product("matmul, both transposed", floats("a", B, A), floats("b", C, B), true, true),
        product(
            "matmul of a batch and a matrix",
            floats("a", A, B, C),
            floats("b", C, D),
            false,
            false),
        product(
            "matmul of a matrix and a batch",
            floats("a", B, C),
            floats("b", A, C, D),
            false,
            false),
        product(
            "matmul of stretched batches",
            floats("a", A, ONE, B, C),
            floats("b", D, C, Dim.of(2)),
            false,
            false),
        product(
            "matmul of batches, right transposed",
            floats("a", A, D, B, C),
            floats("b", A, D, B, C),
            false,
            true));
  }

  private static List<Operation> reductions() {
    return List.of(
        of3("sum over the first axis", x -> x.sum(0)),
        of3("sum over the middle axis", x -> x.sum(1)),
        of3("sum over the last axis that stays", x -> x.sum(-1, true)),
        of3("sum of all", Tensor::sum),
        of3("max over the first axis", x -> x.max(0)),
        of3("max over the middle axis that stays", x -> x.max(1, true)),
        of3("max over the last axis", x -> x.max(-1)));
  }

  private static List<Operation> forms() {
    return List.of(
        of3("reshape that joins", x -> x.reshape(x.dim(0).times(x.dim(1)), x.dim(2))),
        of3("reshape that splits", x -> x.reshape(x.dim(0), x.dim(1).times(x.dim(2)))),
        of3("unsqueeze and squeeze", x -> x.unsqueeze(1).unsqueeze(-1).squeeze(1)),
        of3("transpose that rotates", x -> x.transpose(1, 2, 0)),
        of3("transpose that swaps", x -> x.transpose(0, 2, 1)),
        of3("select", x -> x.select(1, 0)),
        new Operation(
            "slice",
            List.of(floats("x", A, Dim.of(5), B)),
            (pass, x) -> x.get(0).slice(1, Dim.of(1), Dim.of(3))),
        new Operation(
            "slice at a symbol",
            List.of(floats("x", A.plus(B), C), floats("y", A, C), floats("z", B, C)),
            (pass, x) -> x.get(0).slice(0, A, B).mul(x.get(2)).sum(0).add(x.get(1).sum(0))),
        new Operation(
            "broadcastTo",
            List.of(floats("x", B, ONE), floats("y", A, B, C)),
            (pass, x) -> x.get(0).broadcastTo(x.get(1).shape()).mul(x.get(1))),
        new Operation(
            "concat over the first axis",
            List.of(floats("x", A, C), floats("y", B, C), floats("z", A, C)),
            (pass, x) -> Tensor.concat(0, x)),
        new Operation(
            "concat over the last axis",
            List.of(floats("x", A, C), floats("y", A, B)),
            (pass, x) -> Tensor.concat(-1, x)));
  }

  private static List<Operation> rowsAndTypes() {
    return List.of(
        new Operation(
            "take of rows",
            List.of(floats("table", Dim.of(3), C), ints("rows", 0, 3, A, B)),
            (pass, x) -> x.get(0).take(x.get(1))),
        new Operation(
            "take of numbers",
            List.of(floats("table", Dim.of(3)), ints("rows", 0, 3, A)),
            (pass, x) -> x.get(0).take(x.get(1))),
        new Operation(
            "take of matrices",
            List.of(floats("table", Dim.of(3), B, C), ints("rows", 0, 3, A)),
            (pass, x) -> x.get(0).take(x.get(1))),
        new Operation(
            "oneHot", List.of(ints("ids", 0, 4, A, B)), (pass, x) -> x.get(0).oneHot(Dim.of(4))),
        new Operation(
            "iota",
            List.of(floats("x", A, B)),
            (pass, x) -> x.get(0).mul(pass.iota(B).cast(ElementType.FLOAT))),
        new Operation(
            "cast to integers",
            List.of(floats("x", -3, 3, A, B)),
            (pass, x) -> x.get(0).cast(ElementType.INT)),
        new Operation(
            "cast of truth values",
            List.of(floats("x", A, B)),
            (pass, x) -> x.get(0).greater(0).cast(ElementType.INT)));
  }

  @FunctionalInterface
  private interface Unary {
    Tensor apply(Tensor x);
  }

  @FunctionalInterface
  private interface Binary {
    Tensor apply(Tensor x, Tensor y);
  }

  private static Operation unary(String name, double low, double high, Unary function) {
    return new Operation(
        name, List.of(floats("x", low, high, A, B)), (pass, x) -> function.apply(x.get(0)));
  }

  private static Operation of3(String name, Unary function) {
    return new Operation(
        name, List.of(floats("x", A, B, C)), (pass, x) -> function.apply(x.get(0)));
  }

  private static Operation binary(String name, Binary function) {
    return new Operation(
        name,
        List.of(floats("x", A, B), floats("y", A, B)),
        (pass, x) -> function.apply(x.get(0), x.get(1)));
  }

  private static Operation product(
      String name,
      Operation.Operand a,
      Operation.Operand b,
      boolean transposeA,
      boolean transposeB) {
    return new Operation(
        name, List.of(a, b), (pass, x) -> x.get(0).matmul(x.get(1), transposeA, transposeB));
  }

  /** Returns an operation of two operands whose shapes broadcast to a common one. */
  static Operation stretching(String name, Shape left, Shape right) {
    return new Operation(
        "%s of %s and %s".formatted(name, left, right),
        List.of(
            new Operation.Operand("x", ElementType.FLOAT, left, -2, 2),
            new Operation.Operand("y", ElementType.FLOAT, right, 0.5, 2)),
        (pass, x) ->
            switch (name) {
              case "add" -> x.get(0).add(x.get(1));
              case "sub" -> x.get(0).sub(x.get(1));
              case "mul" -> x.get(0).mul(x.get(1));
              case "div" -> x.get(0).div(x.get(1));
              case "maximum" -> x.get(0).maximum(x.get(1));
              case "where" -> x.get(0).greater(x.get(1)).where(x.get(0), x.get(1));
              default -> throw new IllegalArgumentException(name);
            });
  }
}
