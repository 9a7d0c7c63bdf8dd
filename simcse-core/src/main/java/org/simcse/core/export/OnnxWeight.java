package org.simcse.core.export;

import ai.onnx.proto.OnnxMl.TensorProto;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import org.simcse.api.tensor.HostTensor;
import org.simcse.api.tensor.Shape;

/**
 * An initializer of an ONNX graph: a parameter, or what is made of it.
 *
 * <p>8-bit weights are symmetric, one scale per row of the parameter {@code [out, in]}: {@code w ≈
 * scale · q} with {@code q} in [-{@value #LARGEST}, {@value #LARGEST}] and {@code scale = max |w| /
 * {@value #LARGEST}} (Jacob et al. 2018, section 2.1, with zero point 0).
 *
 * @param parameter the name of the parameter
 * @param shape its shape
 * @param form what is stored of it
 */
record OnnxWeight(String parameter, Shape shape, Form form) {
  /**
   * Below 128 because {@code vpmaddubsw}, with which processors without VNNI multiply, saturates: a
   * sum of two products of an unsigned byte and this is within 16 bits.
   */
  private static final int LARGEST = 64;

  /** What is stored of a parameter. */
  enum Form {
    /** The parameter. */
    PLAIN("", TensorProto.DataType.FLOAT, 4),
    /** Its transpose, {@code [in, out]}. */
    TRANSPOSED(".T", TensorProto.DataType.FLOAT, 4),
    /** Its bytes, {@code [V, H]}. */
    INT8(".int8", TensorProto.DataType.INT8, 1),
    /** The scale of each row, {@code [V, 1]}. */
    SCALE(".scale", TensorProto.DataType.FLOAT, 4),
    /** Its bytes, transposed, {@code [in, out]}. */
    TRANSPOSED_INT8(".T.int8", TensorProto.DataType.INT8, 1),
    /** The scale of each column of the transpose, {@code [out]}. */
    TRANSPOSED_SCALE(".T.scale", TensorProto.DataType.FLOAT, 4);

    private final String suffix;
    private final TensorProto.DataType type;
    private final int bytes;

    Form(String suffix, TensorProto.DataType type, int bytes) {
      this.suffix = suffix;
      this.type = type;
      this.bytes = bytes;
    }
  }

  /** Returns the name of the initializer. */
  String name() {
    return parameter + form.suffix;
  }

  /** Returns its sizes. */
  long[] sizes() {
    long[] own = shape.sizes(Map.of());
    return switch (form) {
      case PLAIN, INT8 -> own;
      case TRANSPOSED, TRANSPOSED_INT8 -> new long[] {own[1], own[0]};
      case SCALE -> new long[] {own[0], 1};
      case TRANSPOSED_SCALE -> new long[] {own[0]};
    };
  }

  /** Returns the number of bytes of its elements. */
  long bytes() {
    long count = form.bytes;
    for (long size : sizes()) {
      count = Math.multiplyExact(count, size);
    }
    return count;
  }

  /** Returns the initializer without its elements. */
  TensorProto.Builder header() {
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setName(name()).setDataType(form.type.getNumber());
    for (long size : sizes()) {
      tensor.addDims(size);
    }
    return tensor;
  }

  /** Returns its elements, made of the parameter's, as ONNX stores them: little-endian. */
  byte[] elements(HostTensor value) {
    ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(bytes())).order(ByteOrder.LITTLE_ENDIAN);
    float[] numbers = value.toFloats();
    switch (form) {
      case PLAIN -> bytes.asFloatBuffer().put(numbers);
      case TRANSPOSED -> eachTransposed((row, i) -> bytes.putFloat(numbers[i]));
      case SCALE, TRANSPOSED_SCALE -> bytes.asFloatBuffer().put(scales(numbers));
      case INT8 -> {
        float[] scales = scales(numbers);
        int columns = columns();
        for (int i = 0; i < numbers.length; i++) {
          bytes.put(quantized(numbers[i], scales[i / columns]));
        }
      }
      case TRANSPOSED_INT8 -> {
        float[] scales = scales(numbers);
        eachTransposed((row, i) -> bytes.put(quantized(numbers[i], scales[row])));
      }
    }
    return bytes.array();
  }

  private interface Visitor {
    void visit(int row, int index);
  }

  private void eachTransposed(Visitor visitor) {
    int columns = columns();
    int rows = rows();
    for (int column = 0; column < columns; column++) {
      for (int row = 0; row < rows; row++) {
        visitor.visit(row, row * columns + column);
      }
    }
  }

  private int rows() {
    return Math.toIntExact(shape.dim(0).size());
  }

  private int columns() {
    return Math.toIntExact(shape.dim(1).size());
  }

  /** Returns the scale of each row; 1 for a row of zeros. */
  private float[] scales(float[] numbers) {
    float[] scales = new float[rows()];
    int columns = columns();
    for (int row = 0; row < scales.length; row++) {
      float largest = 0;
      for (int i = row * columns; i < (row + 1) * columns; i++) {
        largest = Math.max(largest, Math.abs(numbers[i]));
      }
      scales[row] = largest == 0 ? 1 : largest / LARGEST;
    }
    return scales;
  }

  private static byte quantized(float number, float scale) {
    return (byte) Math.max(-LARGEST, Math.min(LARGEST, Math.rint(number / scale)));
  }
}
