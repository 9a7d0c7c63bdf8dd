package org.simcse.tf;

import java.util.List;
import org.tensorflow.OperationBuilder;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.DataType;

/** Gives operations their inputs and attributes, whatever the type of these. */
final class Attributes {
  private Attributes() {}

  /** Adds an output or a list of them. */
  static void addInput(OperationBuilder builder, Object input) {
    if (input instanceof List<?> list) {
      builder.addInputList(list.toArray(Output<?>[]::new));
    } else {
      builder.addInput((Output<?>) input);
    }
  }

  static void set(OperationBuilder builder, String name, Object value) {
    if (value instanceof Boolean truth) {
      builder.setAttr(name, truth);
    } else if (value instanceof Long number) {
      builder.setAttr(name, number);
    } else if (value instanceof Float number) {
      builder.setAttr(name, number);
    } else if (value instanceof String text) {
      builder.setAttr(name, text);
    } else if (value instanceof DataType type) {
      builder.setAttr(name, type);
    } else if (value instanceof Shape shape) {
      builder.setAttr(name, shape);
    } else if (value instanceof List<?> texts) {
      builder.setAttr(name, texts.toArray(String[]::new));
    } else {
      throw new IllegalArgumentException(
          "The attribute %s=%s is not known.".formatted(name, value));
    }
  }
}
