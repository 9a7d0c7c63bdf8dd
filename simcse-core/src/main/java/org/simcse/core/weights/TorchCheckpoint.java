package org.simcse.core.weights;

import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.simcse.api.error.CheckpointException;

/** A dictionary of tensors that {@code torch.save} wrote, in either of its formats. */
final class TorchCheckpoint implements Checkpoint {
  private static final int ZIP_MAGIC = 0x04034b50;

  private final TorchArchive archive;
  private final SortedMap<String, TorchTensor> tensors = new TreeMap<>();

  private TorchCheckpoint(TorchArchive archive) {
    this.archive = archive;
    if (archive.object() instanceof Map<?, ?> map) {
      map.forEach(
          (name, value) -> {
            if (name instanceof String text && value instanceof TorchTensor tensor) {
              tensors.put(text, tensor);
            }
          });
    }
    if (tensors.isEmpty()) {
      throw new CheckpointException(
          "%s holds no dictionary of tensors; save model.state_dict() itself, nothing around it."
              .formatted(archive.source()));
    }
  }

  static TorchCheckpoint open(MappedFile file) {
    boolean zip = file.slice("the start of the file", 0, Integer.BYTES).getInt() == ZIP_MAGIC;
    TorchArchive archive = zip ? TorchZipArchive.open(file) : TorchLegacyArchive.open(file);
    try {
      return new TorchCheckpoint(archive);
    } catch (CheckpointException e) {
      archive.close();
      throw e;
    }
  }

  @Override
  public String source() {
    return archive.source();
  }

  @Override
  public SortedSet<String> names() {
    return Collections.unmodifiableSortedSet(new TreeSet<>(tensors.keySet()));
  }

  @Override
  public long[] shape(String name) {
    return Tensors.find(tensors, name, source()).shape().clone();
  }

  @Override
  public DataType type(String name) {
    return Tensors.find(tensors, name, source()).storage().type();
  }

  @Override
  public ByteBuffer bytes(String name) {
    return Tensors.find(tensors, name, source()).bytes(archive);
  }

  @Override
  public void close() {
    archive.close();
  }
}
