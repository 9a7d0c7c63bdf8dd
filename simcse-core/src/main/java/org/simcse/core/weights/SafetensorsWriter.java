package org.simcse.core.weights;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.simcse.api.error.ShapeException;
import org.simcse.api.tensor.HostTensor;
import org.simcse.core.io.AtomicFile;
import org.simcse.core.io.Json;

/** Writes safetensors files, with one tensor in memory at a time. A file is replaced atomically. */
public final class SafetensorsWriter {
  private static final Set<DataType> WRITABLE =
      EnumSet.of(DataType.F64, DataType.F32, DataType.I64);
  private static final int CHUNK = 1 << 20;

  private SafetensorsWriter() {}

  /**
   * A tensor to be written.
   *
   * @param name its name
   * @param type how it is stored: F64, F32 or I64
   * @param shape its shape
   * @param values supplies the numbers, in this shape, when they are written
   */
  public record Entry(String name, DataType type, long[] shape, Supplier<HostTensor> values) {
    /** Validates the type. */
    public Entry {
      if (!WRITABLE.contains(type)) {
        throw new IllegalArgumentException(
            "Tensor %s cannot be written as %s, only as one of %s."
                .formatted(name, type, WRITABLE));
      }
    }

    /** Returns an entry that stores a tensor in its own precision. */
    public static Entry of(String name, HostTensor tensor) {
      return new Entry(name, DataType.of(tensor), tensor.shape(), () -> tensor);
    }
  }

  /**
   * Writes tensors in their own precision.
   *
   * @throws org.simcse.api.error.SimCseException if the file cannot be written; it is unchanged
   *     then
   */
  public static void write(Path file, Map<String, HostTensor> tensors) {
    List<Entry> entries = new ArrayList<>();
    tensors.forEach((name, tensor) -> entries.add(Entry.of(name, tensor)));
    write(file, entries);
  }

  /**
   * Writes tensors that are supplied one by one.
   *
   * @throws ShapeException if a tensor does not have its entry's shape
   * @throws org.simcse.api.error.SimCseException if the file cannot be written; it is unchanged
   *     then
   */
  public static void write(Path file, Collection<Entry> entries) {
    List<Entry> inOrder = new ArrayList<>(entries);
    // Wide types first, so that each tensor starts at a multiple of its element size.
    inOrder.sort(Comparator.comparingInt((Entry entry) -> -entry.type.bytes()));
    AtomicFile.write(
        file,
        output -> {
          output.write(header(inOrder));
          for (Entry entry : inOrder) {
            write(output, entry);
          }
        });
  }

  private static byte[] header(List<Entry> entries) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("__metadata__", Map.of("format", "pt"));
    long begin = 0;
    for (Entry entry : entries) {
      long end = begin + DataType.count(entry.shape) * entry.type.bytes();
      Map<String, Object> description = new LinkedHashMap<>();
      description.put("dtype", entry.type.name());
      description.put("shape", entry.shape);
      description.put("data_offsets", new long[] {begin, end});
      if (fields.put(entry.name, description) != null) {
        throw new IllegalArgumentException("Two tensors are named %s.".formatted(entry.name));
      }
      begin = end;
    }
    byte[] json = Json.bytes(fields);
    int padded = (json.length + 7) / 8 * 8;
    byte[] header = new byte[Long.BYTES + padded];
    Arrays.fill(header, (byte) ' ');
    ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).putLong(padded).put(json);
    return header;
  }

  private static void write(OutputStream output, Entry entry) throws IOException {
    HostTensor tensor = entry.values.get();
    if (!Arrays.equals(tensor.shape(), entry.shape)) {
      throw new ShapeException(
          "Tensor %s was announced as %s, but has the shape %s."
              .formatted(
                  entry.name, Arrays.toString(entry.shape), Arrays.toString(tensor.shape())));
    }
    int step = CHUNK / entry.type.bytes();
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
    for (int from = 0; from < tensor.size(); from += step) {
      int count = Math.min(step, tensor.size() - from);
      entry.type.encode(tensor, from, count, chunk.clear());
      output.write(chunk.array(), 0, chunk.position());
    }
  }
}
