package org.simcse.core.weights;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Supplier;
import org.simcse.api.error.ShapeException;
import org.simcse.api.tensor.HostTensor;

/**
 * A tensor to be written to a file; its numbers are supplied when they are written.
 *
 * @param name its name in the file
 * @param type how it is stored
 * @param shape its shape
 * @param content writes the numbers, little-endian, row by row; may be called repeatedly
 */
public record NamedTensor(String name, DataType type, long[] shape, Content content) {
  private static final Set<DataType> WRITABLE =
      EnumSet.of(DataType.F64, DataType.F32, DataType.I64);
  private static final int CHUNK = 1 << 20;

  /** Writes the numbers of a tensor. */
  @FunctionalInterface
  public interface Content {
    /** Writes all numbers. */
    void writeTo(OutputStream output) throws IOException;
  }

  /** Returns a tensor stored in its own precision. */
  public static NamedTensor of(String name, HostTensor tensor) {
    return of(name, DataType.of(tensor), tensor.shape(), () -> tensor);
  }

  /**
   * Returns a tensor that is encoded while it is written.
   *
   * @param type F64, F32 or I64
   * @param values supplies the numbers, in this shape
   */
  public static NamedTensor of(
      String name, DataType type, long[] shape, Supplier<HostTensor> values) {
    if (!WRITABLE.contains(type)) {
      throw new IllegalArgumentException(
          "Tensor %s cannot be written as %s, only as one of %s.".formatted(name, type, WRITABLE));
    }
    return new NamedTensor(
        name, type, shape, output -> encode(name, type, shape, values.get(), output));
  }

  /** Returns a tensor of a checkpoint, which is copied bit by bit while the checkpoint is open. */
  public static NamedTensor copy(String name, Checkpoint checkpoint, String stored) {
    return new NamedTensor(
        name,
        checkpoint.type(stored),
        checkpoint.shape(stored),
        output -> copy(checkpoint.bytes(stored), output));
  }

  /** Returns this tensor under another name. */
  public NamedTensor named(String other) {
    return new NamedTensor(other, type, shape, content);
  }

  /** Returns the numbers. */
  public HostTensor read() {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream(Math.toIntExact(bytes()));
      content.writeTo(bytes);
      return type.decode(ByteBuffer.wrap(bytes.toByteArray()), shape);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // never of an array
    }
  }

  /** Returns the number of bytes that the content has. */
  long bytes() {
    return DataType.count(shape) * type.bytes();
  }

  private static void copy(ByteBuffer bytes, OutputStream output) throws IOException {
    Channels.newChannel(output).write(bytes);
  }

  private static void encode(
      String name, DataType type, long[] shape, HostTensor tensor, OutputStream output)
      throws IOException {
    if (!Arrays.equals(tensor.shape(), shape)) {
      throw new ShapeException(
          "Tensor %s was announced as %s, but has the shape %s."
              .formatted(name, Arrays.toString(shape), Arrays.toString(tensor.shape())));
    }
    int step = CHUNK / type.bytes();
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
    for (int from = 0; from < tensor.size(); from += step) {
      int count = Math.min(step, tensor.size() - from);
      type.encode(tensor, from, count, chunk.clear());
      output.write(chunk.array(), 0, chunk.position());
    }
  }
}
