package org.simcse.core.weights;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.simcse.api.error.ShapeException;
import org.simcse.api.tensor.HostTensor;
import org.simcse.core.io.AtomicFile;
import org.simcse.core.io.Json;

/** Writes safetensors files, with one tensor in memory at a time. A file is replaced atomically. */
public final class SafetensorsWriter {
  private SafetensorsWriter() {}

  /**
   * Writes tensors in their own precision.
   *
   * @throws org.simcse.api.error.SimCseException if the file cannot be written; it is unchanged
   *     then
   */
  public static void write(Path file, Map<String, HostTensor> tensors) {
    List<NamedTensor> named = new ArrayList<>();
    tensors.forEach((name, tensor) -> named.add(NamedTensor.of(name, tensor)));
    write(file, named);
  }

  /**
   * Writes tensors that are supplied one by one.
   *
   * @throws ShapeException if a tensor does not have the shape that it was announced with
   * @throws org.simcse.api.error.SimCseException if the file cannot be written; it is unchanged
   *     then
   */
  public static void write(Path file, Collection<NamedTensor> tensors) {
    List<NamedTensor> inOrder = new ArrayList<>(tensors);
    // Wide types first, so that each tensor starts at a multiple of its element size.
    inOrder.sort(Comparator.comparingInt((NamedTensor tensor) -> -tensor.type().bytes()));
    AtomicFile.write(
        file,
        output -> {
          output.write(header(inOrder));
          for (NamedTensor tensor : inOrder) {
            tensor.content().writeTo(output);
          }
        });
  }

  private static byte[] header(List<NamedTensor> tensors) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("__metadata__", Map.of("format", "pt"));
    long begin = 0;
    for (NamedTensor tensor : tensors) {
      long end = begin + tensor.bytes();
      Map<String, Object> description = new LinkedHashMap<>();
      description.put("dtype", tensor.type().name());
      description.put("shape", tensor.shape());
      description.put("data_offsets", new long[] {begin, end});
      if (fields.put(tensor.name(), description) != null) {
        throw new IllegalArgumentException("Two tensors are named %s.".formatted(tensor.name()));
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
}
