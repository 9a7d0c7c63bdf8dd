package org.simcse.core.evaluate.data;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the regular files of a tar archive in their order: POSIX's ustar format with pax headers,
 * and GNU's long names. What else it has, such as links, is skipped; nothing is written.
 *
 * @see <a href="https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html">the format</a>
 */
final class TarReader {
  private static final int BLOCK = 512;
  private static final int LONGEST_NAME = 1 << 16;

  /** Where the fields of a header are, and how long. */
  private enum Field {
    NAME(0, 100),
    SIZE(124, 12),
    CHECKSUM(148, 8),
    TYPE(156, 1),
    MAGIC(257, 5),
    PREFIX(345, 155);

    private final int start;
    private final int length;

    Field(int start, int length) {
      this.start = start;
      this.length = length;
    }

    private String of(byte[] header) {
      String text = new String(header, start, length, StandardCharsets.UTF_8);
      int end = text.indexOf('\0');
      return end < 0 ? text : text.substring(0, end);
    }
  }

  private static final Pattern PATH = Pattern.compile("(?:^|\n)\\d+ path=([^\n]*)\n");

  private final InputStream in;
  private Optional<String> longName = Optional.empty();

  private TarReader(InputStream in) {
    this.in = in;
  }

  /** Receives the files. */
  @FunctionalInterface
  interface Visitor {
    /**
     * Receives a file.
     *
     * @param name its name in the archive, which may lead anywhere
     * @param content its content, which need not be read
     */
    void visit(String name, InputStream content) throws IOException;
  }

  /**
   * Reads an archive.
   *
   * @throws IOException if it cannot be read or is no archive; the message says which
   */
  static void read(Path archive, Visitor visitor) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(archive), 1 << 16)) {
      TarReader reader = new TarReader(in);
      for (byte[] header = in.readNBytes(BLOCK); !isEnd(header); header = in.readNBytes(BLOCK)) {
        reader.entry(header, visitor);
      }
    } catch (EOFException e) {
      throw new IOException("it is truncated", e);
    }
  }

  private static boolean isEnd(byte[] header) {
    for (byte value : header) {
      if (value != 0) {
        return false;
      }
    }
    return true; // also at the end of the file
  }

  private void entry(byte[] header, Visitor visitor) throws IOException {
    check(header);
    Part content = new Part(in, octal(Field.SIZE.of(header)));
    long padding = Math.floorMod(-content.left, (long) BLOCK);
    char type = (char) header[Field.TYPE.start];
    switch (type) {
      case 'L' -> longName = Optional.of(text(content).replace("\0", ""));
      case 'x' -> {
        Matcher path = PATH.matcher(text(content));
        longName = path.find() ? Optional.of(path.group(1)) : longName;
      }
      default -> {
        if (type == '0' || type == '\0') {
          visitor.visit(longName.orElseGet(() -> name(header)), content);
        }
        longName = Optional.empty();
      }
    }
    in.skipNBytes(content.left + padding);
  }

  private static String name(byte[] header) {
    String prefix = Field.MAGIC.of(header).equals("ustar") ? Field.PREFIX.of(header) : "";
    String name = Field.NAME.of(header);
    return prefix.isEmpty() ? name : prefix + "/" + name;
  }

  private static String text(Part content) throws IOException {
    return new String(content.readNBytes(LONGEST_NAME), StandardCharsets.UTF_8);
  }

  /** The sum of a header's bytes is in it; it counts as spaces itself. */
  private static void check(byte[] header) throws IOException {
    if (header.length < BLOCK) {
      throw new EOFException();
    }
    long sum = 0;
    for (int i = 0; i < BLOCK; i++) {
      int place = i - Field.CHECKSUM.start;
      sum += place >= 0 && place < Field.CHECKSUM.length ? ' ' : header[i] & 0xff;
    }
    if (octal(Field.CHECKSUM.of(header)) != sum) {
      throw new IOException("it is damaged, or no tar archive");
    }
  }

  private static long octal(String field) throws IOException {
    try {
      return Long.parseLong(field.strip(), 8);
    } catch (NumberFormatException e) {
      throw new IOException("it is damaged, or no tar archive", e);
    }
  }

  /** The next bytes of a stream. */
  private static final class Part extends FilterInputStream {
    private long left;

    Part(InputStream in, long length) {
      super(in);
      left = length;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (left == 0) {
        return -1;
      }
      int read = in.read(bytes, offset, (int) Math.min(length, left));
      if (read < 0) {
        throw new EOFException();
      }
      left -= read;
      return read;
    }

    @Override
    public void close() {
      // The archive is read on.
    }
  }
}
