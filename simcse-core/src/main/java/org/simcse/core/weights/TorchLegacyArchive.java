package org.simcse.core.weights;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.simcse.api.error.CheckpointException;
import org.simcse.core.weights.TorchTensor.Storage;

/**
 * The format before PyTorch 1.6: five pickles (magic number, protocol, machine, the object, the
 * order of the storages), then every storage as its size and its numbers.
 *
 * @param starts the offset of each storage's numbers, by key
 */
record TorchLegacyArchive(MappedFile file, Object object, Map<String, Long> starts)
    implements TorchArchive {
  private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
  private static final Integer PROTOCOL = 1001;

  static TorchArchive open(MappedFile file) {
    String source = file.path().toString();
    byte[] head =
        file.bytes("the dictionary", 0, Math.min(file.size(), TorchArchive.LARGEST_PICKLE));
    ByteArrayInputStream pickles = new ByteArrayInputStream(head);
    TensorUnpickler unpickler = new TensorUnpickler(source);
    Object magic = unpickler.load(pickles);
    if (!MAGIC.equals(magic) || !PROTOCOL.equals(unpickler.load(pickles))) {
      throw new CheckpointException(
          "%s does not start like a file of PyTorch's.".formatted(source));
    }
    if (!(unpickler.load(pickles) instanceof Map<?, ?> machine)
        || !Boolean.TRUE.equals(machine.get("little_endian"))) {
      throw new CheckpointException(
          "%s was saved on a big-endian machine, which is not read.".formatted(source));
    }
    Object object = unpickler.load(pickles);
    Map<String, Long> starts =
        starts(file, unpickler, unpickler.load(pickles), head.length - pickles.available());
    return new TorchLegacyArchive(file, object, starts);
  }

  private static Map<String, Long> starts(
      MappedFile file, TensorUnpickler unpickler, Object order, long position) {
    Map<String, Storage> storages = unpickler.storages();
    Map<String, Long> starts = new HashMap<>();
    if (!(order instanceof List<?> keys) || keys.size() != storages.size()) {
      throw new CheckpointException(
          "%s lists other storages than its tensors use.".formatted(file.path()));
    }
    for (Object key : keys) {
      Storage storage = Tensors.find(storages, String.valueOf(key), file.path().toString());
      String what = "storage " + key;
      long size = file.slice(what, position, Long.BYTES).getLong();
      if (size != storage.size()) {
        throw new CheckpointException(
            "%s: %s should have %d numbers, but has %d."
                .formatted(file.path(), what, storage.size(), size));
      }
      position += Long.BYTES;
      file.slice(what, position, storage.bytes());
      starts.put(storage.key(), position);
      position += storage.bytes();
    }
    return starts;
  }

  @Override
  public String source() {
    return file.path().toString();
  }

  @Override
  public ByteBuffer read(Storage storage, long from, long length) {
    long start = Tensors.find(starts, storage.key(), source());
    return file.slice("storage " + storage.key(), start + from, length);
  }

  @Override
  public void close() {
    file.close();
  }
}
