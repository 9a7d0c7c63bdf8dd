package org.simcse.core.table;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.simcse.api.error.InvalidInputException;

/**
 * Iterates over the lines of a UTF-8 stream, without their terminators ({@code \n} or {@code \r\n})
 * and without a byte order mark. A stream of only a byte order mark has no lines.
 *
 * <p>Bytes that are not UTF-8 are an error with their location, or are replaced by U+FFFD.
 */
final class Utf8Lines implements Iterator<String>, AutoCloseable {
  private static final int LONGEST = 1 << 30;

  private final InputStream in;
  private final String name;
  private final boolean replaceInvalid;
  private byte[] buffer = new byte[1 << 16];
  private int from;
  private int to;
  private Optional<String> next = Optional.empty();
  private long line;

  Utf8Lines(InputStream in, String name, boolean replaceInvalid) {
    this.in = in;
    this.name = name;
    this.replaceInvalid = replaceInvalid;
  }

  /** Returns the number of the line that {@link #next} returned last, from 1. */
  long line() {
    return line;
  }

  @Override
  public boolean hasNext() {
    if (next.isEmpty()) {
      next = read();
    }
    return next.isPresent();
  }

  /** Returns the next line without consuming it. */
  Optional<String> peek() {
    return hasNext() ? next : Optional.empty();
  }

  @Override
  public String next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    String text = next.orElseThrow();
    next = Optional.empty();
    line++;
    return text;
  }

  private Optional<String> read() {
    int scanned = from;
    do {
      for (int i = scanned; i < to; i++) {
        if (buffer[i] == '\n') {
          String text = text(from, i > from && buffer[i - 1] == '\r' ? i - 1 : i);
          from = i + 1;
          return Optional.of(text);
        }
      }
      scanned = to - from;
    } while (fill());
    String last = text(from, to > from && buffer[to - 1] == '\r' ? to - 1 : to);
    boolean nothing = from == to || (last.isEmpty() && buffer[from] != '\r');
    from = to;
    return nothing ? Optional.empty() : Optional.of(last);
  }

  /**
   * Moves the remaining bytes to the beginning of the buffer and reads more; returns false at the
   * end.
   */
  private boolean fill() {
    if (to - from == buffer.length) {
      if (buffer.length >= LONGEST) {
        throw new InvalidInputException(
            "%s, line %d is longer than 1 GB; is it a file of texts?".formatted(name, line + 1));
      }
      buffer = Arrays.copyOf(buffer, 2 * buffer.length);
    } else {
      System.arraycopy(buffer, from, buffer, 0, to - from);
    }
    to -= from;
    from = 0;
    try {
      int count = in.read(buffer, to, buffer.length - to);
      to += Math.max(0, count);
      return count >= 0;
    } catch (IOException e) {
      throw new UncheckedIOException(name + " cannot be read: " + e.getMessage(), e);
    }
  }

  private String text(int start, int end) {
    String text = new String(buffer, start, end - start, StandardCharsets.UTF_8);
    // The constructor replaces malformed bytes; a line may also contain a genuine U+FFFD.
    if (!replaceInvalid && text.indexOf('\uFFFD') >= 0) {
      requireUtf8(start, end);
    }
    return line == 0 && text.startsWith("\uFEFF") ? text.substring(1) : text;
  }

  private void requireUtf8(int start, int end) {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder(); // which reports
    ByteBuffer bytes = ByteBuffer.wrap(buffer, start, end - start);
    CoderResult result = decoder.decode(bytes, CharBuffer.allocate(end - start), true);
    if (result.isError()) {
      throw new InvalidInputException(
          "%s, line %d, byte %d (0x%02X) is not UTF-8. Convert the input, or continue with the setting replace-invalid."
              .formatted(name, line + 1, bytes.position() - start + 1, buffer[bytes.position()]));
    }
  }

  @Override
  public void close() {
    try {
      in.close();
    } catch (IOException e) {
      throw new UncheckedIOException(name + " cannot be closed: " + e.getMessage(), e);
    }
  }
}
