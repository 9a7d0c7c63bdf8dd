package org.simcse.core.export;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.simcse.api.tensor.ElementType;

/**
 * Operations with parameters of two axes in 8 bits.
 *
 * <p>A product is computed in integers: {@code DynamicQuantizeLinear} scales the activations to 8
 * bits, {@code MatMulInteger} multiplies, and the result is scaled back; ONNX Runtime fuses this
 * sequence into one kernel. Rows are looked up in 8 bits and scaled back.
 */
final class Int8Ops extends OnnxOps {
  private final OnnxGraph graph;
  private final Map<String, List<String>> quantized = new HashMap<>();

  /** Creates the operations of a new graph. */
  Int8Ops(OnnxGraph graph) {
    super(graph);
    this.graph = graph;
  }

  @Override
  Value product(Value x, Value weight) {
    List<String> bytes =
        quantized.computeIfAbsent(
            x.name(), name -> graph.node("DynamicQuantizeLinear", 3, List.of(name)));
    String integers =
        graph.node(
            "MatMulInteger",
            List.of(bytes.get(0), weight(weight, OnnxWeight.Form.TRANSPOSED_INT8), bytes.get(2)));
    String scale =
        graph.node("Mul", List.of(bytes.get(1), weight(weight, OnnxWeight.Form.TRANSPOSED_SCALE)));
    return new Value(
        graph.node("Mul", List.of(cast(integers, ElementType.FLOAT), scale)), x.rank());
  }

  @Override
  public Value take(Value table, Value rows) {
    if (!table.matrix()) {
      return super.take(table, rows);
    }
    String bytes = graph.node("Gather", List.of(weight(table, OnnxWeight.Form.INT8), rows.name()));
    String scale = graph.node("Gather", List.of(weight(table, OnnxWeight.Form.SCALE), rows.name()));
    return new Value(
        graph.node("Mul", List.of(cast(bytes, ElementType.FLOAT), scale)), rows.rank() + 1);
  }
}
