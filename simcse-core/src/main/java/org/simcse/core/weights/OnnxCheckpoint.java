package org.simcse.core.weights;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.simcse.api.error.CheckpointException;

/**
 * The weights of a BERT that PyTorch exported to ONNX, under their names in PyTorch.
 *
 * <p>The export keeps the names of embeddings, biases and LayerNorms. A linear layer's weight is
 * renamed and transposed, because {@code y = Wx + b} becomes {@code Add(MatMul(x, Wᵀ), b)}; the
 * bias that is added identifies the layer.
 */
public final class OnnxCheckpoint implements Checkpoint {
  private static final String BIAS = ".bias";

  private record Weight(TensorProto tensor, boolean transposed) {}

  private final String source;
  private final SortedMap<String, Weight> weights;

  private OnnxCheckpoint(String source, SortedMap<String, Weight> weights) {
    this.source = source;
    this.weights = weights;
  }

  /** Parses a model; the tensors are views of the bytes, which must not change. */
  public static OnnxCheckpoint parse(String source, ByteBuffer model) {
    try {
      CodedInputStream in = UnsafeByteOperations.unsafeWrap(model).newCodedInput();
      in.enableAliasing(true); // weights are not copied
      return new OnnxCheckpoint(source, weights(source, ModelProto.parseFrom(in).getGraph()));
    } catch (InvalidProtocolBufferException e) {
      throw new CheckpointException(
          "%s is truncated or no ONNX model: %s".formatted(source, e.getMessage()), e);
    } catch (IOException e) {
      throw new CheckpointException("%s cannot be read: %s.".formatted(source, e.getMessage()), e);
    }
  }

  private static SortedMap<String, Weight> weights(String source, GraphProto graph) {
    SortedMap<String, Weight> weights = new TreeMap<>();
    for (TensorProto tensor : graph.getInitializerList()) {
      weights.put(tensor.getName(), new Weight(tensor, false));
    }
    Map<String, NodeProto> products = new HashMap<>();
    for (NodeProto node : graph.getNodeList()) {
      if (node.getOpType().equals("MatMulInteger")) {
        throw new CheckpointException(
            "%s multiplies integers: its weights are rounded to 8 bits. Open the model that it was made from."
                .formatted(source));
      }
      if (node.getOpType().equals("MatMul") && node.getInputCount() == 2) {
        node.getOutputList().forEach(output -> products.put(output, node));
      }
    }
    for (NodeProto node : graph.getNodeList()) {
      if (node.getOpType().equals("Add") && node.getInputCount() == 2) {
        rename(weights, products, node.getInput(0), node.getInput(1));
        rename(weights, products, node.getInput(1), node.getInput(0));
      }
    }
    // What is left under a number or a path is a constant of the graph.
    weights.keySet().removeIf(name -> !name.matches("[A-Za-z]\\w*(\\.\\w+)+"));
    if (weights.isEmpty()) {
      throw new CheckpointException("%s holds no named weights.".formatted(source));
    }
    return weights;
  }

  private static void rename(
      SortedMap<String, Weight> weights,
      Map<String, NodeProto> products,
      String bias,
      String product) {
    NodeProto node = products.get(product);
    if (node == null || !bias.endsWith(BIAS) || !weights.containsKey(bias)) {
      return;
    }
    Weight weight = weights.get(node.getInput(1));
    if (weight != null && weight.tensor.getDimsCount() == 2) {
      String layer = bias.substring(0, bias.length() - BIAS.length());
      weights.put(layer + ".weight", new Weight(weight.tensor, true));
    }
  }

  @Override
  public String source() {
    return source;
  }

  @Override
  public SortedSet<String> names() {
    return Collections.unmodifiableSortedSet(new TreeSet<>(weights.keySet()));
  }

  @Override
  public long[] shape(String name) {
    Weight weight = Tensors.find(weights, name, source);
    long[] stored = stored(weight.tensor);
    return weight.transposed ? new long[] {stored[1], stored[0]} : stored;
  }

  @Override
  public DataType type(String name) {
    return type(name, Tensors.find(weights, name, source).tensor);
  }

  @Override
  public ByteBuffer bytes(String name) {
    Weight weight = Tensors.find(weights, name, source);
    ByteBuffer stored = bytes(name, weight.tensor);
    return weight.transposed
        ? transpose(stored, stored(weight.tensor), type(name).bytes())
        : stored;
  }

  private ByteBuffer bytes(String name, TensorProto tensor) {
    if (tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
      throw new CheckpointException(
          "%s keeps tensor %s in another file; export the model into one file."
              .formatted(source, name));
    }
    DataType type = type(name, tensor);
    long[] shape = stored(tensor);
    ByteBuffer raw = tensor.getRawData().asReadOnlyByteBuffer();
    boolean listed = !raw.hasRemaining() && type == DataType.F32;
    long found = listed ? (long) tensor.getFloatDataCount() * type.bytes() : raw.remaining();
    long expected = expectedBytes(name, type, shape);
    if (found != expected) {
      throw new CheckpointException(
          "%s: tensor %s of type %s and shape %s needs %d bytes, but has %d."
              .formatted(source, name, type, Arrays.toString(shape), expected, found));
    }
    return listed ? listed(tensor) : raw;
  }

  private long expectedBytes(String name, DataType type, long[] shape) {
    try {
      return Math.multiplyExact(DataType.count(shape), type.bytes());
    } catch (ArithmeticException e) {
      throw new CheckpointException(
          "%s: tensor %s has the impossible shape %s."
              .formatted(source, name, Arrays.toString(shape)),
          e);
    }
  }

  private DataType type(String name, TensorProto tensor) {
    TensorProto.DataType type = TensorProto.DataType.forNumber(tensor.getDataType());
    return switch (type == null ? TensorProto.DataType.UNDEFINED : type) {
      case DOUBLE -> DataType.F64;
      case FLOAT -> DataType.F32;
      case FLOAT16 -> DataType.F16;
      case BFLOAT16 -> DataType.BF16;
      case INT64 -> DataType.I64;
      case INT32 -> DataType.I32;
      default ->
          throw new CheckpointException(
              "%s: tensor %s has ONNX's type %s (%d), which is not read; export the model in single precision."
                  .formatted(source, name, type, tensor.getDataType()));
    };
  }

  private static ByteBuffer listed(TensorProto tensor) {
    int count = tensor.getFloatDataCount();
    ByteBuffer values = ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      values.putFloat(tensor.getFloatData(i));
    }
    return values.flip();
  }

  private static long[] stored(TensorProto tensor) {
    return tensor.getDimsList().stream().mapToLong(Long::longValue).toArray();
  }

  /**
   * Transposes a matrix of elements of 2, 4 or 8 bytes.
   *
   * @param size the number of bytes per element
   */
  private static ByteBuffer transpose(ByteBuffer matrix, long[] shape, int size) {
    int rows = Math.toIntExact(shape[0]);
    int columns = Math.toIntExact(shape[1]);
    ByteBuffer transposed = ByteBuffer.allocate(matrix.remaining());
    if (size == Integer.BYTES) {
      int[] stored = new int[rows * columns];
      matrix.order(transposed.order()).asIntBuffer().get(stored);
      transposed.asIntBuffer().put(transpose(stored, rows, columns));
      return transposed;
    }
    for (int column = 0; column < columns; column++) {
      for (int row = 0; row < rows; row++) {
        int from = matrix.position() + (row * columns + column) * size;
        switch (size) {
          case Short.BYTES -> transposed.putShort(matrix.getShort(from));
          default -> transposed.putLong(matrix.getLong(from));
        }
      }
    }
    return transposed.flip();
  }

  /** Goes by tiles, whose rows stay in the processor's cache. */
  private static int[] transpose(int[] matrix, int rows, int columns) {
    int tile = 32;
    int[] transposed = new int[matrix.length];
    for (int top = 0; top < rows; top += tile) {
      for (int left = 0; left < columns; left += tile) {
        int right = Math.min(left + tile, columns);
        for (int row = top; row < Math.min(top + tile, rows); row++) {
          for (int column = left; column < right; column++) {
            transposed[column * rows + row] = matrix[row * columns + column];
          }
        }
      }
    }
    return transposed;
  }

  @Override
  public void close() {}
}
