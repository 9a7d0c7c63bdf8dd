package org.simcse.tests.reference;

import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.simcse.api.engine.Capability;
import org.simcse.api.error.BackendException;
import org.simcse.api.error.UnsupportedCapabilityException;
import org.simcse.api.tensor.Dim;
import org.simcse.api.tensor.ElementType;
import org.simcse.api.tensor.PortableRandom;
import org.simcse.api.tensor.Shape;

/** Records one {@link Node} per operation; compositions are the interface's defaults. */
final class ReferenceOps extends Recorder {
  @Override
  public Node constant(double value) {
    double[] scalar = {value};
    return leaf(Shape.scalar(), ElementType.FLOAT, false, run -> scalar);
  }

  @Override
  public Node size(Dim dim) {
    return leaf(Shape.scalar(), ElementType.FLOAT, false, run -> new double[] {run.size(dim)});
  }

  @Override
  public Node iota(Dim n) {
    return leaf(
        Shape.of(n),
        ElementType.INT,
        false,
        run -> {
          double[] numbers = new double[run.size(n)];
          Arrays.setAll(numbers, i -> i);
          return numbers;
        });
  }

  // element-wise

  @Override
  public Node neg(Node x) {
    return unary(x, v -> -v, (v, y) -> -1);
  }

  @Override
  public Node exp(Node x) {
    return unary(x, Math::exp, (v, y) -> y);
  }

  @Override
  public Node log(Node x) {
    return unary(x, Math::log, (v, y) -> 1 / v);
  }

  @Override
  public Node sqrt(Node x) {
    return unary(x, Math::sqrt, (v, y) -> 0.5 / y);
  }

  @Override
  public Node tanh(Node x) {
    return unary(x, Math::tanh, (v, y) -> 1 - y * y);
  }

  @Override
  public Node erf(Node x) {
    return unary(x, ErrorFunction::erf, (v, y) -> ErrorFunction.derivative(v));
  }

  @Override
  public Node add(Node a, Node b) {
    return binary(a, b, a.type, Double::sum, (x, y) -> 1, (x, y) -> 1);
  }

  @Override
  public Node sub(Node a, Node b) {
    return binary(a, b, a.type, (x, y) -> x - y, (x, y) -> 1, (x, y) -> -1);
  }

  @Override
  public Node mul(Node a, Node b) {
    return binary(a, b, a.type, (x, y) -> x * y, (x, y) -> y, (x, y) -> x);
  }

  @Override
  public Node div(Node a, Node b) {
    return binary(a, b, a.type, (x, y) -> x / y, (x, y) -> 1 / y, (x, y) -> -x / (y * y));
  }

  @Override
  public Node maximum(Node a, Node b) {
    return binary(a, b, a.type, Math::max, (x, y) -> x >= y ? 1 : 0, (x, y) -> x >= y ? 0 : 1);
  }

  @Override
  public Node greater(Node a, Node b) {
    return comparison(a, b, (x, y) -> x > y ? 1 : 0);
  }

  @Override
  public Node equal(Node a, Node b) {
    return comparison(a, b, (x, y) -> x == y ? 1 : 0);
  }

  @Override
  public Node where(Node condition, Node a, Node b) {
    Shape shape =
        Shape.broadcast(
            "reference", condition.shape, Shape.broadcast("reference", a.shape, b.shape));
    Node holds = broadcastTo(condition, shape);
    Node yes = broadcastTo(a, shape);
    Node no = broadcastTo(b, shape);
    return node(
        shape,
        a.type,
        List.of(yes, no),
        run -> {
          double[] result = run.value(no).clone();
          for (int i = 0; i < result.length; i++) {
            result[i] = run.value(holds)[i] != 0 ? run.value(yes)[i] : result[i];
          }
          return result;
        },
        (run, gradient) -> {
          double[] yesSum = run.gradient(yes);
          double[] noSum = run.gradient(no);
          for (int i = 0; i < gradient.length; i++) {
            (run.value(holds)[i] != 0 ? yesSum : noSum)[i] += gradient[i];
          }
        });
  }

  // products and reductions

  @Override
  public Node matmul(Node a, Node b, boolean transposeA, boolean transposeB) {
    Shape batch =
        Shape.broadcast(
            "reference",
            a.shape.slice(0, a.shape.rank() - 2),
            b.shape.slice(0, b.shape.rank() - 2));
    Shape shape =
        batch.concat(
            Shape.of(a.shape.dim(transposeA ? -1 : -2), b.shape.dim(transposeB ? -2 : -1)));
    return node(
        shape,
        a.type,
        List.of(a, b),
        run -> new BatchProduct(run, a, b, transposeA, transposeB, run.sizes(shape)).forward(run),
        (run, gradient) ->
            new BatchProduct(run, a, b, transposeA, transposeB, run.sizes(shape))
                .backward(run, gradient));
  }

  @Override
  public Node sum(Node x, List<Integer> axes, boolean keepDims) {
    return node(
        without(x.shape, axes, keepDims),
        x.type,
        List.of(x),
        run -> {
          int[] group = Indices.reduced(run.sizes(x), axes);
          int[] kept = run.sizes(x).clone();
          axes.forEach(axis -> kept[axis] = 1);
          double[] sums = new double[Indices.count(kept)];
          for (int i = 0; i < group.length; i++) {
            sums[group[i]] += run.value(x)[i];
          }
          return sums;
        },
        (run, gradient) -> {
          int[] group = Indices.reduced(run.sizes(x), axes);
          double[] sum = run.gradient(x);
          for (int i = 0; i < group.length; i++) {
            sum[i] += gradient[group[i]];
          }
        });
  }

  @Override
  public Node max(Node x, int axis, boolean keepDims) {
    return pick(
        x,
        without(x.shape, List.of(axis), keepDims),
        run -> {
          if (run.sizes(x)[axis] == 0) {
            throw new BackendException(
                "max: axis %d of %s has no elements in this run.".formatted(axis, x.shape));
          }
          return Indices.largest(run.value(x), run.sizes(x), axis);
        });
  }

  // shape: each element of the result is one element of the operand

  @Override
  public Node reshape(Node x, Shape shape) {
    return node(
        shape,
        x.type,
        List.of(x),
        run -> run.value(x),
        (run, gradient) -> {
          double[] sum = run.gradient(x);
          Arrays.setAll(sum, i -> sum[i] + gradient[i]);
        });
  }

  @Override
  public Node transpose(Node x, List<Integer> permutation) {
    Shape shape = new Shape(permutation.stream().map(x.shape::dim).toList());
    return pick(x, shape, run -> Indices.permuted(run.sizes(x), permutation));
  }

  @Override
  public Node slice(Node x, int axis, Dim start, Dim length) {
    return pick(
        x,
        x.shape.with(axis, length),
        run -> {
          int from = run.size(start);
          int count = run.size(length);
          if (from + count > run.sizes(x)[axis]) {
            throw new BackendException(
                "slice: elements %d to %d of axis %d of %s, which has %d in this run."
                    .formatted(from, from + count - 1, axis, x.shape, run.sizes(x)[axis]));
          }
          return Indices.sliced(run.sizes(x), axis, from, count);
        });
  }

  @Override
  public Node broadcastTo(Node x, Shape shape) {
    return pick(x, shape, run -> Indices.broadcast(run.sizes(x), run.sizes(shape)));
  }

  @Override
  public Node concat(List<Node> parts, int axis) {
    Dim total = parts.stream().map(part -> part.shape.dim(axis)).reduce(Dim.of(0), Dim::plus);
    Shape shape = parts.get(0).shape.with(axis, total);
    return node(
        shape,
        parts.get(0).type,
        parts,
        run -> {
          double[] result = new double[Indices.count(run.sizes(shape))];
          int start = 0;
          for (Node part : parts) {
            int length = run.sizes(part)[axis];
            int[] places = Indices.sliced(run.sizes(shape), axis, start, length);
            for (int i = 0; i < places.length; i++) {
              result[places[i]] = run.value(part)[i];
            }
            start += length;
          }
          return result;
        },
        (run, gradient) -> {
          int start = 0;
          for (Node part : parts) {
            int length = run.sizes(part)[axis];
            int[] places = Indices.sliced(run.sizes(shape), axis, start, length);
            double[] sum = run.gradient(part);
            for (int i = 0; i < places.length; i++) {
              sum[i] += gradient[places[i]];
            }
            start += length;
          }
        });
  }

  // rows and types

  @Override
  public Node take(Node table, Node rows) {
    Shape row = table.shape.slice(1, table.shape.rank());
    return pick(
        table,
        rows.shape.concat(row),
        run -> {
          int width = Indices.count(run.sizes(row));
          int[] ids = within("take", run.value(rows), run.sizes(table)[0]);
          int[] places = new int[ids.length * width];
          Arrays.setAll(places, i -> ids[i / width] * width + i % width);
          return places;
        });
  }

  @Override
  public Node oneHot(Node ids, Dim depth) {
    return leaf(
        ids.shape.insert(ids.shape.rank(), depth),
        ElementType.FLOAT,
        false,
        run -> {
          int width = run.size(depth);
          int[] hot = within("oneHot", run.value(ids), width);
          double[] result = new double[hot.length * width];
          for (int i = 0; i < hot.length; i++) {
            result[i * width + hot[i]] = 1;
          }
          return result;
        });
  }

  @Override
  public Node cast(Node x, ElementType type) {
    DoubleUnaryOperator change =
        switch (type) {
          case FLOAT -> v -> v;
          case INT -> v -> (long) v;
          case BOOL -> v -> v != 0 ? 1 : 0;
          case BFLOAT16 ->
              throw new UnsupportedCapabilityException(
                  ReferenceBackendProvider.NAME,
                  Capability.BFLOAT16.name(),
                  "Compute in FLOAT, or choose another backend.");
        };
    return leaf(x.shape, type, false, run -> Arrays.stream(run.value(x)).map(change).toArray());
  }

  @Override
  public Node stopGradient(Node x) {
    return leaf(x.shape, x.type, false, run -> run.value(x));
  }

  @Override
  public Node uniform(Node key, int site, List<Node> keys, Shape shape) {
    return leaf(
        shape,
        ElementType.FLOAT,
        false,
        run -> {
          // A seed has 64 bits that count; a double would keep 53.
          long number = key == seed() ? run.seed : (long) run.value(key)[0];
          int[] strides = Indices.strides(run.sizes(shape));
          double[] numbers = new double[Indices.count(run.sizes(shape))];
          long[] place = new long[keys.size() + strides.length - 1];
          for (int i = 0; i < numbers.length; i++) {
            for (int k = 0; k < keys.size(); k++) {
              place[k] = (long) run.value(keys.get(k))[i / strides[0]];
            }
            for (int axis = 1; axis < strides.length; axis++) {
              place[keys.size() + axis - 1] = i % strides[axis - 1] / strides[axis];
            }
            numbers[i] =
                PortableRandom.uniform(
                    number, site, place[0], Arrays.copyOfRange(place, 1, place.length));
          }
          return numbers;
        });
  }
}
