package org.simcse.core.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import org.simcse.api.error.CheckpointException;
import org.simcse.api.tensor.HostTensor;
import org.simcse.core.io.AtomicFile;
import org.simcse.core.io.SubstituteFile;

/**
 * The tensors of a file by name, read on demand.
 *
 * <p>Opening validates the whole file except the numbers, so a damaged file fails then. Tensors
 * that were read stay valid after {@link #close}. They may be read-only views of the mapped file,
 * which is why a file must not be changed in place while it is used; {@link AtomicFile} replaces it
 * safely. Thread-safe.
 */
public interface Checkpoint extends AutoCloseable {
  /** Returns the name for messages: the file's path, as a rule. */
  String source();

  /** Returns the names of all tensors, sorted. */
  SortedSet<String> names();

  /**
   * Returns the shape of a tensor.
   *
   * @throws CheckpointException if there is none of that name
   */
  long[] shape(String name);

  /**
   * Returns how the numbers of a tensor are stored.
   *
   * @throws CheckpointException if there is none of that name, or its type is not supported
   */
  DataType type(String name);

  /**
   * Returns the numbers of a tensor as they are stored: of {@link #type}, little-endian, row by row
   * in the order of {@link #shape}.
   *
   * @return read-only or a copy
   * @throws CheckpointException if there is none of that name, or it cannot be read
   */
  ByteBuffer bytes(String name);

  /**
   * Reads a tensor in the file's own precision: {@link HostTensor.Floats} for 32-bit and 16-bit
   * floating point, {@link HostTensor.Doubles} for 64-bit, {@link HostTensor.Longs} for integers
   * and booleans.
   *
   * @throws CheckpointException if there is none of that name, or it cannot be read
   */
  default HostTensor read(String name) {
    return type(name).decode(bytes(name), shape(name));
  }

  @Override
  void close();

  /**
   * Returns a view of this checkpoint in which some tensors have further names; closing either
   * closes both.
   *
   * @param aliases stored names by further names; a further name that the checkpoint already has
   *     keeps its tensor, and one of a missing tensor is ignored
   */
  default Checkpoint withAliases(Map<String, String> aliases) {
    SortedMap<String, String> stored = new TreeMap<>();
    names().forEach(name -> stored.put(name, name));
    aliases.forEach(
        (alias, name) -> {
          if (names().contains(name)) {
            stored.putIfAbsent(alias, name);
          }
        });
    return new RenamedCheckpoint(this, stored);
  }

  /**
   * Opens a file of tensors: safetensors, PyTorch (zip and the format before 1.6), an index of
   * shards ({@code *.index.json}), or ONNX. The file's name ends in {@code .safetensors}, {@code
   * .json} or {@code .onnx}; any other is read as PyTorch's.
   *
   * @throws CheckpointException if it is missing, damaged, or holds anything but tensors
   */
  static Checkpoint open(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new CheckpointException("There is no weights file %s.".formatted(file));
    }
    String name = file.toString();
    SubstituteFile.refuse(file);
    try {
      if (name.endsWith(".json")) {
        return ShardedCheckpoint.open(file);
      }
      MappedFile mapped = new MappedFile(file, FileChannel.open(file));
      try {
        if (name.endsWith(".onnx")) {
          ByteBuffer model = mapped.slice("the model", 0, mapped.size());
          mapped.close();
          return OnnxCheckpoint.parse(name, model);
        }
        return name.endsWith(".safetensors")
            ? SafetensorsCheckpoint.open(mapped)
            : TorchCheckpoint.open(mapped);
      } catch (RuntimeException e) {
        mapped.close();
        throw e;
      }
    } catch (IOException e) {
      throw new CheckpointException("%s cannot be read: %s.".formatted(file, e.getMessage()), e);
    }
  }
}
