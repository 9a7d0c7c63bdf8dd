package org.simcse.tf;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.simcse.api.tensor.ElementType;
import org.simcse.api.tensor.PortableRandom;
import org.simcse.api.tensor.Shape;
import org.simcse.api.tensor.TensorOps;
import org.tensorflow.Output;
import org.tensorflow.proto.DataType;

/**
 * {@link PortableRandom} as operations of the graph, on unsigned 32-bit integers, whose products
 * wrap.
 */
final class PortableDraws {
  private final TensorOps<Output<?>> ops;
  private final GraphSession graph;

  PortableDraws(TensorOps<Output<?>> ops, GraphSession graph) {
    this.ops = ops;
    this.graph = graph;
  }

  /** See {@link TensorOps#uniform}. */
  Output<?> uniform(Output<?> seed, int site, List<Output<?>> keys, Shape shape) {
    Output<?> high = graph.op("RightShift", seed, graph.constant(32L));
    Output<?> hash = mix(mix(mix(word(0), low(seed)), low(high)), word(site));
    for (Output<?> key : keys) {
      hash = mix(hash, low(along(key, shape, 0)));
    }
    for (int axis = 1; axis < shape.rank(); axis++) {
      hash = mix(hash, low(along(ops.iota(shape.dim(axis)), shape, axis)));
    }
    for (int absent = keys.size() + shape.rank() - 1; absent < 4; absent++) {
      hash = mix(hash, word(0));
    }
    Output<?> multiple = ops.cast(graph.op("RightShift", hash, word(8)), ElementType.FLOAT);
    return ops.stopGradient(ops.mul(multiple, ops.constant(0x1p-24)));
  }

  /** Returns a vector along one axis, to be broadcast along the others. */
  private Output<?> along(Output<?> vector, Shape shape, int axis) {
    int[] form = new int[shape.rank()];
    Arrays.fill(form, 1);
    form[axis] = -1;
    return graph.op("Reshape", vector, graph.indices(form));
  }

  private Output<?> mix(Output<?> hash, Output<?> word) {
    Output<?> h = graph.op("BitwiseXor", hash, word);
    h = graph.op("AddV2", h, word(PortableRandom.INCREMENT));
    h = scramble(h, 16, PortableRandom.MULTIPLIER_1);
    h = scramble(h, 13, PortableRandom.MULTIPLIER_2);
    return folded(h, 16);
  }

  private Output<?> scramble(Output<?> h, long shift, long multiplier) {
    return graph.op("Mul", folded(h, shift), word(multiplier));
  }

  private Output<?> folded(Output<?> h, long shift) {
    return graph.op("BitwiseXor", h, graph.op("RightShift", h, word(shift)));
  }

  private Output<?> word(long value) {
    return low(graph.constant(value));
  }

  /** Returns the low 32 bits of 64-bit integers. */
  private Output<?> low(Output<?> x) {
    return graph.op("Cast", Map.of("DstT", DataType.DT_UINT32), x);
  }
}
