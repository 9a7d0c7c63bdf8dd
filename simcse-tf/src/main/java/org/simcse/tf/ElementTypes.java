package org.simcse.tf;

import java.util.Map;
import org.simcse.api.tensor.ElementType;
import org.tensorflow.Output;
import org.tensorflow.proto.DataType;

/** TensorFlow's element types, and the casts between them. */
final class ElementTypes {
  private final GraphSession graph;

  ElementTypes(GraphSession graph) {
    this.graph = graph;
  }

  static DataType of(ElementType type) {
    return switch (type) {
      case FLOAT -> DataType.DT_FLOAT;
      case BFLOAT16 -> DataType.DT_BFLOAT16;
      case INT -> DataType.DT_INT64;
      case BOOL -> DataType.DT_BOOL;
    };
  }

  static boolean isFloating(Output<?> x) {
    return x.dataType() == DataType.DT_FLOAT || x.dataType() == DataType.DT_BFLOAT16;
  }

  Output<?> cast(Output<?> x, DataType type) {
    return x.dataType() == type ? x : graph.op("Cast", Map.of("DstT", type), x);
  }

  /** Returns {@code x} in the type of {@code model}, if both are floating-point. */
  Output<?> like(Output<?> model, Output<?> x) {
    return isFloating(x) && isFloating(model) ? cast(x, model.dataType()) : x;
  }
}
