package org.simcse.core.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import org.simcse.api.error.CheckpointException;

/** A file whose parts are mapped into memory one by one, so that its size is unlimited. */
record MappedFile(Path path, FileChannel channel) {
  /** The largest size that fits a buffer and an array. */
  private static final int LARGEST = Integer.MAX_VALUE - 8;

  long size() {
    try {
      return channel.size();
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /**
   * Returns a part of the file, read-only, little-endian. It stays valid after the file is closed.
   *
   * @throws CheckpointException if the part extends beyond the end of the file or is larger than 2
   *     GiB
   */
  ByteBuffer slice(String what, long from, long length) {
    long size = size();
    if (from < 0 || length < 0 || from > size - length) {
      throw new CheckpointException(
          "%s: %s should fill %d bytes from byte %d, but the file has %d bytes: it is truncated."
              .formatted(path, what, length, from, size));
    }
    if (length > LARGEST) {
      throw new CheckpointException(
          "%s: %s has %d bytes; at most 2 GiB can be read at once.".formatted(path, what, length));
    }
    try {
      return channel.map(MapMode.READ_ONLY, from, length).order(ByteOrder.LITTLE_ENDIAN);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** Returns a copy of a part of the file. */
  byte[] bytes(String what, long from, long length) {
    ByteBuffer slice = slice(what, from, length);
    byte[] bytes = new byte[slice.remaining()];
    slice.get(bytes);
    return bytes;
  }

  void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private CheckpointException failed(IOException e) {
    return new CheckpointException("%s cannot be read: %s.".formatted(path, e.getMessage()), e);
  }
}
