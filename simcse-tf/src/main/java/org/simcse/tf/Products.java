package org.simcse.tf;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.simcse.api.tensor.Shape;
import org.tensorflow.Output;

/** Products of matrices: one large product is faster than many small ones with the same factor. */
final class Products {
  private final GraphSession graph;
  private final Sizes sizes;
  private final FusedKernels fused;

  Products(GraphSession graph, Sizes sizes, FusedKernels fused) {
    this.graph = graph;
    this.sizes = sizes;
    this.fused = fused;
  }

  /** See {@link org.simcse.api.tensor.TensorOps#matmul}. */
  Output<?> matmul(Output<?> a, Output<?> b, boolean transposeA, boolean transposeB) {
    int rank = a.shape().numDimensions();
    if (b.shape().numDimensions() != 2 || (rank > 2 && transposeA)) {
      return graph.op("BatchMatMulV2", Map.of("adj_x", transposeA, "adj_y", transposeB), a, b);
    }
    if (rank == 2) {
      return product(a, b, transposeA, transposeB);
    }
    Output<?> flat = rows(a, sizes.axis(b, transposeB ? 1 : 0));
    List<Output<?>> result =
        IntStream.range(0, rank)
            .<Output<?>>mapToObj(
                axis -> axis < rank - 1 ? sizes.axis(a, axis) : sizes.axis(b, transposeB ? 0 : 1))
            .toList();
    return graph.op("Reshape", product(flat, b, false, transposeB), sizes.pack(result));
  }

  /** See {@link org.simcse.api.tensor.TensorOps#linear}; all of one type. */
  Output<?> linear(Output<?> x, Output<?> weight, Output<?> bias, Shape result) {
    Output<?> flat = result.rank() == 2 ? x : rows(x, sizes.axis(weight, 1));
    return fused
        .linear(flat, weight, bias, y -> formed(y, result))
        .orElseGet(
            () -> formed(graph.op("BiasAdd", product(flat, weight, false, true), bias), result));
  }

  private Output<?> formed(Output<?> matrix, Shape result) {
    return result.rank() == 2 ? matrix : graph.op("Reshape", matrix, sizes.target(result));
  }

  /** Flattens all but the last axis into one. */
  private Output<?> rows(Output<?> x, Output<?> last) {
    return graph.op("Reshape", x, sizes.pack(List.of(graph.index(-1), last)));
  }

  private Output<?> product(Output<?> a, Output<?> b, boolean transposeA, boolean transposeB) {
    return graph.op("MatMul", Map.of("transpose_a", transposeA, "transpose_b", transposeB), a, b);
  }
}
