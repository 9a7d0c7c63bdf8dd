package org.simcse.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.simcse.api.tensor.HostTensor;
import org.simcse.core.weights.Checkpoint;
import org.simcse.tests.golden.GoldenFiles;

/** Model directories, whole and broken. */
final class Models {
  private Models() {}

  /** A tiny BERT from safetensors, without metadata. */
  static Path tinyBert(Path parent) throws IOException {
    Path directory = Files.createTempDirectory(parent, "tiny-bert");
    GoldenFiles.copyModel("tiny-bert", directory);
    Files.delete(directory.resolve("pytorch_model.bin"));
    Files.delete(directory.resolve("pytorch_model.legacy.bin"));
    return directory;
  }

  /** The same with its tensors changed; the map may be changed in place. */
  static Path tinyBert(Path parent, UnaryOperator<Map<String, HostTensor>> change)
      throws IOException {
    Path directory = tinyBert(parent);
    Path file = directory.resolve("model.safetensors");
    Map<String, HostTensor> tensors = new LinkedHashMap<>();
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      for (String name : checkpoint.names()) {
        tensors.put(name, HostTensor.of(checkpoint.read(name).toFloats(), checkpoint.shape(name)));
      }
    }
    Files.delete(file);
    Files.write(file, safetensors(change.apply(tensors)));
    return directory;
  }

  /** A tiny BERT whose layers give every token the same state. */
  static Path collapsed(Path parent) throws IOException {
    return tinyBert(
        parent,
        tensors -> {
          tensors.replaceAll(
              (name, tensor) ->
                  name.endsWith("output.LayerNorm.weight")
                      ? HostTensor.of(new float[tensor.size()], tensor.shape())
                      : tensor);
          return tensors;
        });
  }

  private static byte[] safetensors(Map<String, HostTensor> tensors) {
    StringBuilder header = new StringBuilder("{");
    int size = 0;
    for (Map.Entry<String, HostTensor> tensor : tensors.entrySet()) {
      int bytes = tensor.getValue().size() * Float.BYTES;
      header
          .append(header.length() == 1 ? "" : ",")
          .append(
              "\"%s\":{\"dtype\":\"F32\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
                  .formatted(
                      tensor.getKey(),
                      java.util.Arrays.toString(tensor.getValue().shape()),
                      size,
                      size + bytes));
      size += bytes;
    }
    return safetensors(header.append("}").toString(), size, tensors);
  }

  private static byte[] safetensors(String header, int size, Map<String, HostTensor> tensors) {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer file = ByteBuffer.allocate(8 + text.length + size).order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(text.length).put(text);
    tensors
        .values()
        .forEach(
            tensor -> {
              for (float value : tensor.toFloats()) {
                file.putFloat(value);
              }
            });
    return file.array();
  }

  /** Replaces the header of a safetensors file, and leaves the rest. */
  static void changeHeader(Path directory, UnaryOperator<String> change) throws IOException {
    Path file = directory.resolve("model.safetensors");
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    byte[] header = new byte[Math.toIntExact(bytes.getLong())];
    bytes.get(header);
    byte[] changed =
        change.apply(new String(header, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
    ByteBuffer out =
        ByteBuffer.allocate(8 + changed.length + bytes.remaining()).order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(changed.length).put(changed).put(bytes);
    Files.delete(file);
    Files.write(file, out.array());
  }
}
