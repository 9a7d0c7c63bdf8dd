package org.simcse.core.weights;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;
import org.simcse.api.error.CheckpointException;
import org.simcse.core.weights.TorchTensor.Storage;

/**
 * The format since PyTorch 1.6: a zip archive, nothing compressed, of a pickle {@code data.pkl} and
 * an entry {@code data/KEY} per storage, all in one folder.
 */
record TorchZipArchive(String source, Object object, ZipFile zip, String folder)
    implements TorchArchive {
  private static final String PICKLE = "data.pkl";

  static TorchArchive open(MappedFile file) {
    String source = file.path().toString();
    file.close(); // ZipFile opens the file itself
    try {
      ZipFile zip = new ZipFile(file.path().toFile());
      try {
        return open(source, zip, file.path().toFile().length());
      } catch (RuntimeException e) {
        zip.close();
        throw e;
      }
    } catch (IOException e) {
      throw failed(source, e);
    }
  }

  private static TorchArchive open(String source, ZipFile zip, long size) {
    String pickle =
        zip.stream()
            .map(ZipEntry::getName)
            .filter(name -> name.matches("[^/]+/" + PICKLE))
            .findFirst()
            .orElseThrow(
                () ->
                    new CheckpointException(
                        "%s is a zip archive without %s, so none of PyTorch's."
                            .formatted(source, PICKLE)));
    zip.stream().forEach(entry -> checkEntry(source, entry, size));
    String folder = pickle.substring(0, pickle.length() - PICKLE.length());
    ZipEntry order = zip.getEntry(folder + "byteorder");
    if (order != null
        && !"little".equals(new String(bytes(source, zip, order), StandardCharsets.US_ASCII))) {
      throw new CheckpointException(
          "%s was saved on a big-endian machine, which is not read.".formatted(source));
    }
    ZipEntry program = zip.getEntry(pickle);
    if (program.getSize() > LARGEST_PICKLE) {
      throw new CheckpointException(
          "%s: its %s has %d bytes; more than %d are not read."
              .formatted(source, PICKLE, program.getSize(), LARGEST_PICKLE));
    }
    TensorUnpickler unpickler = new TensorUnpickler(source);
    Object object = unpickler.load(new ByteArrayInputStream(bytes(source, zip, program)));
    TorchZipArchive archive = new TorchZipArchive(source, object, zip, folder);
    unpickler.storages().values().forEach(archive::entry);
    return archive;
  }

  /** PyTorch does not compress, so an entry is never larger than the file. */
  private static void checkEntry(String source, ZipEntry entry, long size) {
    if (entry.getMethod() != ZipEntry.STORED
        || entry.getSize() != entry.getCompressedSize()
        || entry.getSize() > size) {
      throw new CheckpointException(
          "%s: the entry %s is compressed or larger than the file, unlike PyTorch's."
              .formatted(source, entry.getName()));
    }
  }

  private ZipEntry entry(Storage storage) {
    @Nullable ZipEntry entry = zip.getEntry(folder + "data/" + storage.key());
    if (entry == null) {
      throw new CheckpointException(
          "%s lacks the entry of storage %s.".formatted(source, storage.key()));
    }
    if (entry.getSize() != storage.bytes()) {
      throw new CheckpointException(
          "%s: storage %s of %d numbers of type %s needs %d bytes, but has %d."
              .formatted(
                  source,
                  storage.key(),
                  storage.size(),
                  storage.type(),
                  storage.bytes(),
                  entry.getSize()));
    }
    return entry;
  }

  @Override
  public ByteBuffer read(Storage storage, long from, long length) {
    return ByteBuffer.wrap(bytes(source, zip, entry(storage), from, length));
  }

  private static byte[] bytes(String source, ZipFile zip, ZipEntry entry) {
    return bytes(source, zip, entry, 0, entry.getSize());
  }

  private static byte[] bytes(String source, ZipFile zip, ZipEntry entry, long from, long length) {
    if (length > Integer.MAX_VALUE - 8) {
      throw new CheckpointException(
          "%s: %d bytes of %s are needed at once; at most 2 GiB can be."
              .formatted(source, length, entry.getName()));
    }
    byte[] bytes = new byte[(int) length];
    try (InputStream in = zip.getInputStream(entry)) {
      in.skipNBytes(from);
      if (in.readNBytes(bytes, 0, bytes.length) < bytes.length) {
        throw new CheckpointException(
            "%s: the entry %s is truncated.".formatted(source, entry.getName()));
      }
      return bytes;
    } catch (IOException e) {
      throw failed(source, e);
    }
  }

  @Override
  public void close() {
    try {
      zip.close();
    } catch (IOException e) {
      throw failed(source, e);
    }
  }

  private static CheckpointException failed(String source, IOException e) {
    return new CheckpointException(
        "%s is truncated or cannot be read: %s.".formatted(source, e.getMessage()), e);
  }
}
