package org.simcse.core.table;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.simcse.api.error.InvalidInputException;

/**
 * The lines of a UTF-8 stream, one at a time, without their ends ({@code \n} or {@code \r\n}) and
 * without a byte order mark.
 *
 * <p>Bytes that are not UTF-8 are an error that says where they stand, or are replaced by U+FFFD.
 */
final class Utf8Lines implements Iterator<String>, AutoCloseable {
  private final BufferedInputStream in;
  private final String name;
  private final CharsetDecoder decoder;
  private Optional<String> next = Optional.empty();
  private long line;

  Utf8Lines(InputStream in, String name, boolean replaceInvalid) {
    this.in = new BufferedInputStream(in, 1 << 16);
    this.name = name;
    CodingErrorAction action =
        replaceInvalid ? CodingErrorAction.REPLACE : CodingErrorAction.REPORT;
    this.decoder =
        StandardCharsets.UTF_8.newDecoder().onMalformedInput(action).onUnmappableCharacter(action);
  }

  /** The number of the line that {@link #next} gave last, from 1. */
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
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    try {
      int b = in.read();
      if (b < 0) {
        return Optional.empty();
      }
      for (; b >= 0 && b != '\n'; b = in.read()) {
        bytes.write(b);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(name + " cannot be read: " + e.getMessage(), e);
    }
    String text = decode(bytes.toByteArray());
    text = text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    return Optional.of(line == 0 && text.startsWith("\uFEFF") ? text.substring(1) : text);
  }

  private String decode(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length + 1);
    CoderResult result = decoder.reset().decode(in, out, true);
    if (result.isError()) {
      throw new InvalidInputException(
          "%s, line %d, byte %d (0x%02X) is not UTF-8. Convert the input, or go on with --replace-invalid."
              .formatted(name, line + 1, in.position() + 1, bytes[in.position()]));
    }
    decoder.flush(out);
    return out.flip().toString();
  }

  @Override
  public void close() {
    try {
      in.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
