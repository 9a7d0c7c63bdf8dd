package org.simcse.tf;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.simcse.api.engine.DeviceKind;
import org.simcse.api.error.BackendException;
import org.simcse.api.tensor.HostTensor;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.DataType;

/**
 * oneDNN's fused kernels, which compute several steps in one pass over memory, in single precision.
 *
 * <p>TensorFlow's own optimizer would insert some of them, but takes seconds on a program's first
 * run. They have no gradients, and exist if TensorFlow was built with oneDNN. Used by one trace; a
 * method returns empty if its kernel does not apply.
 */
final class FusedKernels {
  private record Linear(
      Output<?> x, Output<?> weight, Output<?> bias, UnaryOperator<Output<?>> form) {}

  private final GraphSession graph;
  private final boolean usable;
  private final boolean constant;
  private final Map<Output<?>, Linear> linears = new HashMap<>();

  /**
   * Creates the kernels for one trace.
   *
   * @param usable whether they exist and no gradient is needed
   * @param constant whether parameters stay as they are while a session lives
   */
  FusedKernels(GraphSession graph, boolean usable, boolean constant) {
    this.graph = graph;
    this.usable = usable;
    this.constant = constant;
  }

  /** Returns whether the kernels exist, determined by running them. */
  static boolean exist(GraphSession graph, DeviceKind kind) {
    if (kind != DeviceKind.CPU) {
      return false;
    }
    FusedKernels kernels = new FusedKernels(graph, true, true);
    Output<?> x = graph.constant(HostTensor.of(new float[4], 2, 2));
    Output<?> bias = graph.constant(HostTensor.of(new float[2], 2));
    Output<?> heads = graph.constant(HostTensor.of(new float[4], 1, 1, 2, 2));
    Output<?> mask = graph.constant(HostTensor.of(new float[2], 1, 1, 1, 2));
    List<Output<?>> all =
        List.of(
            kernels.product(new Linear(x, x, bias, y -> y), "BiasAdd", "GeluExact"),
            kernels.layerNorm(x, bias, bias, 1e-5).orElse(x),
            kernels.scores(heads, heads, mask, 1).orElse(x));
    try {
      graph.run(new Feeds(), all, List.of());
      return true;
    } catch (BackendException e) {
      return false;
    }
  }

  /**
   * Returns {@code x weightᵀ + bias} of matrices.
   *
   * @param form reshapes the product to the final shape
   */
  Optional<Output<?>> linear(
      Output<?> x, Output<?> weight, Output<?> bias, UnaryOperator<Output<?>> form) {
    if (!applies(x)) {
      return Optional.empty();
    }
    Linear linear = new Linear(x, weight, bias, form);
    Output<?> result = product(linear, "BiasAdd");
    linears.put(result, linear);
    return Optional.of(result);
  }

  /**
   * Returns the activation of a linear layer, computed with it; the unfused layer is then not run.
   */
  Optional<Output<?>> gelu(Output<?> x) {
    return Optional.ofNullable(linears.get(x))
        .map(linear -> product(linear, "BiasAdd", "GeluExact"));
  }

  /** Normalisation over the last axis. */
  Optional<Output<?>> layerNorm(Output<?> x, Output<?> weight, Output<?> bias, double eps) {
    return applies(x) && x.shape().numDimensions() >= 2
        ? Optional.of(graph.op("_MklLayerNorm", Map.of("epsilon", (float) eps), x, weight, bias))
        : Optional.empty();
  }

  /**
   * Returns {@code query keyᵀ * scale + mask}, the mask being one of keys alone: {@code [B, 1, 1,
   * S]}.
   */
  Optional<Output<?>> scores(Output<?> query, Output<?> key, Output<?> mask, double scale) {
    Shape form = mask.shape();
    boolean ofKeys = form.numDimensions() == 4 && form.get(1) == 1 && form.get(2) == 1;
    return applies(query) && applies(mask) && ofKeys
        ? Optional.of(
            graph.op(
                "_MklFusedBatchMatMulV2",
                Map.of("adj_y", true, "fused_ops", List.of("Mul", "Add")),
                query,
                key,
                List.of(graph.constant((float) scale), mask)))
        : Optional.empty();
  }

  private boolean applies(Output<?> x) {
    return usable && x.dataType() == DataType.DT_FLOAT;
  }

  private Output<?> product(Linear linear, String... fused) {
    return linear.form.apply(
        graph.op(
            // What TensorFlow makes of _FusedMatMul; made here for the attribute.
            "_MklNativeFusedMatMul",
            Map.of(
                "transpose_b",
                true,
                "fused_ops",
                List.of(fused),
                "is_filter_const",
                constant && Variable.isRead(linear.weight),
                "_kernel",
                "MklNameChangeOp"),
            linear.x,
            linear.weight,
            List.of(linear.bias)));
  }
}
