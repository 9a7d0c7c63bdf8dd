package org.simcse.core.table;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import org.simcse.api.error.InvalidInputException;

/**
 * The bytes of a text: decompressed if they are gzipped, rejected if they are another kind of file.
 */
final class TextBytes {
  private static final int HEAD = 512;

  /** The number of bytes that identifies gzip and byte order marks. */
  private static final int SHORTEST = 4;

  private static final int BUFFER = 1 << 16;

  private TextBytes() {}

  /**
   * Inspects the first bytes.
   *
   * @param name the name of the input in messages
   * @throws InvalidInputException if they are those of another kind of file
   * @throws UncheckedIOException if they cannot be read
   */
  static InputStream of(InputStream in, String name) {
    try {
      BufferedInputStream buffered = new BufferedInputStream(in, BUFFER);
      buffered.mark(HEAD);
      byte[] head = head(buffered);
      buffered.reset();
      if (head.length > 2 && head[0] == 0x1F && head[1] == (byte) 0x8B) {
        return of(new GZIPInputStream(new Available(buffered), BUFFER), name);
      }
      ForeignFile.refuse(head, name);
      return buffered;
    } catch (IOException e) {
      throw new UncheckedIOException(name + " cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * Returns the bytes that are available, at least {@value #SHORTEST} unless the input ends before:
   * the writer of a pipe may wait for an answer before it writes more.
   */
  private static byte[] head(InputStream in) throws IOException {
    byte[] head = new byte[HEAD];
    int length = in.readNBytes(head, 0, SHORTEST);
    if (length == SHORTEST) {
      length += Math.max(0, in.read(head, length, Math.min(HEAD - length, in.available())));
    }
    return Arrays.copyOf(head, length);
  }

  /**
   * Reports bytes as available until the end of the input: between two gzip members, {@link
   * GZIPInputStream} takes {@code available() == 0} for the end, which a pipe returns whenever its
   * writer is slow.
   */
  private static final class Available extends FilterInputStream {
    Available(BufferedInputStream in) {
      super(in);
    }

    @Override
    public int available() throws IOException {
      in.mark(1);
      int next = in.read();
      in.reset();
      return next < 0 ? 0 : 1;
    }
  }
}
