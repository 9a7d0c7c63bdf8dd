package org.simcse.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import org.simcse.api.error.BackendException;
import org.simcse.api.tensor.ElementType;
import org.simcse.api.tensor.HostTensor;

/**
 * A kernel of linear layers for inference, on the CPU, that multiplies by weights laid out for it
 * beforehand. None of them has gradients.
 */
enum LinearKernel {
  /** oneDNN's, in single precision. */
  ONE_DNN(ElementType.FLOAT, "Tensor", "ops.mkldnn._reorder_linear_weight(%1$s, 512)") {
    @Override
    String product(String x, String weight, String bias, boolean gelu) {
      return pointwise(x, weight, bias, gelu);
    }
  },
  /** oneDNN's, in bfloat16. */
  ONE_DNN_BFLOAT16(
      ElementType.BFLOAT16,
      "Tensor",
      "ops.mkldnn._reorder_linear_weight(torch.to(%1$s, 15), 512)") {
    @Override
    String product(String x, String weight, String bias, boolean gelu) {
      return pointwise(x, weight, "torch.to(" + bias + ", 15)", gelu);
    }
  };

  private final ElementType input;
  private final String packed;
  private final String packing;

  /**
   * @param input the type of the layer's input
   * @param packed TorchScript's type of a packed weight
   * @param packing the expression of a packed weight, of the names of weight and bias
   */
  LinearKernel(ElementType input, String packed, String packing) {
    this.input = input;
    this.packed = packed;
    this.packing = packing;
  }

  /** Returns the expression of a layer, or of the GELU of one. */
  abstract String product(String x, String weight, String bias, boolean gelu);

  private static String pointwise(String x, String weight, String bias, boolean gelu) {
    return "ops.mkldnn._linear_pointwise(%s, %s, %s, \"%s\", annotate(List[Optional[number]], []), \"none\")"
        .formatted(x, weight, bias, gelu ? "gelu" : "none");
  }

  /** Returns whether it multiplies inputs of a type. */
  boolean accepts(ElementType type) {
    return type == input;
  }

  /** Returns TorchScript's type of a list of packed weights. */
  String packedWeights() {
    return "List[" + packed + "]";
  }

  /** Returns the method that packs weights {@code W} with their biases {@code B}. */
  String pack() {
    return """
          def forward(self: __torch__.M, W: List[Tensor], B: List[Tensor]) -> %1$s:
            packed = annotate(%1$s, [])
            for i in range(torch.len(W)):
              w = W[i]
              b = B[i]
              p = %2$s
              _0 = torch.append(packed, p)
            return packed
        """
        .formatted(packedWeights(), packing.formatted("w", "b"));
  }

  /** Returns whether this build of libtorch has it for this processor, determined by running it. */
  boolean works(NDManager manager) {
    String method =
        """
          def forward(self: __torch__.M, X: List[Tensor]) -> List[Tensor]:
            x = X[0]
            b = X[1]
            p = %s
            return [torch.to(%s, 6)]
        """
            .formatted(
                packing.formatted("x", "b"),
                product(input == ElementType.FLOAT ? "x" : "torch.to(x, 15)", "p", "b", true));
    try (NDManager pass = manager.newSubManager();
        ScriptModule module = ScriptModule.compile(pass, method)) {
      NDArray x = HostTensors.toDevice(pass, HostTensor.of(new float[] {1, 0, 0, 1}, 2, 2));
      NDArray b = HostTensors.toDevice(pass, HostTensor.of(new float[2], 2));
      module.infer(pass, List.of(List.of(x, b)));
      return true;
    } catch (BackendException e) {
      return false;
    }
  }
}
