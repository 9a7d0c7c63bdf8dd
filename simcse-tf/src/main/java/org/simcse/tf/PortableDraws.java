package org.simcse.tf;

import java.util.Arrays;
import org.simcse.api.tensor.ElementType;
import org.simcse.api.tensor.PortableRandom;
import org.simcse.api.tensor.Shape;
import org.simcse.api.tensor.TensorOps;
import org.tensorflow.Output;

/**
 * {@link PortableRandom} as operations of the graph, on 64-bit integers that hold 32-bit words.
 *
 * <p>A product of two words overflows, but its low word is right, and no other is kept.
 */
final class PortableDraws {
  private static final long WORD = 0xFFFFFFFFL;

  private final TensorOps<Output<?>> ops;
  private final GraphSession graph;

  PortableDraws(TensorOps<Output<?>> ops, GraphSession graph) {
    this.ops = ops;
    this.graph = graph;
  }

  /** See {@link TensorOps#uniform}. */
  Output<?> uniform(Output<?> seed, int site, Output<?> rows, Shape shape) {
    Output<?> high = graph.op("RightShift", seed, graph.constant(32L));
    Output<?> key = mix(mix(mix(graph.constant(0L), seed), high), graph.constant((long) site));
    Output<?> hash = mix(key, along(rows, shape, 0));
    for (int axis = 1; axis < 4; axis++) {
      Output<?> place =
          axis < shape.rank() ? along(ops.iota(shape.dim(axis)), shape, axis) : graph.constant(0L);
      hash = mix(hash, place);
    }
    Output<?> multiple =
        ops.cast(graph.op("RightShift", hash, graph.constant(8L)), ElementType.FLOAT);
    return ops.stopGradient(ops.mul(multiple, ops.scalar(0x1p-24)));
  }

  /** A vector laid along one axis, to be broadcast along the others. */
  private Output<?> along(Output<?> vector, Shape shape, int axis) {
    int[] form = new int[shape.rank()];
    Arrays.fill(form, 1);
    form[axis] = -1;
    return graph.op("Reshape", vector, graph.indices(form));
  }

  private Output<?> mix(Output<?> hash, Output<?> word) {
    Output<?> h = graph.op("BitwiseXor", hash, low(word));
    h = low(graph.op("AddV2", h, graph.constant(PortableRandom.INCREMENT)));
    h = scramble(h, 16, PortableRandom.MULTIPLIER_1);
    h = scramble(h, 13, PortableRandom.MULTIPLIER_2);
    return folded(h, 16);
  }

  private Output<?> scramble(Output<?> h, long shift, long multiplier) {
    return low(graph.op("Mul", folded(h, shift), graph.constant(multiplier)));
  }

  private Output<?> folded(Output<?> h, long shift) {
    return graph.op("BitwiseXor", h, graph.op("RightShift", h, graph.constant(shift)));
  }

  private Output<?> low(Output<?> x) {
    return graph.op("BitwiseAnd", x, graph.constant(WORD));
  }
}
