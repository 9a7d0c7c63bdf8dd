package org.simcse.cli.io;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;

/**
 * Writes the formats whose header has the number of rows: the header is written last, into reserved
 * space.
 */
public final class BinaryVectorWriter implements VectorWriter {
  /** Space for any of the headers; a multiple of 64, as NumPy aligns its data. */
  private static final int HEADER = 128;

  private final FileChannel channel;
  private final OutputStream out;
  private final Format format;
  private long rows;
  private int width;

  public BinaryVectorWriter(FileChannel channel, Format format, int width) throws IOException {
    this.channel = channel;
    this.format = format;
    this.width = width;
    this.out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
    out.write(new byte[HEADER]);
  }

  @Override
  public void write(String text, float[] vector) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(vector);
    out.write(bytes.array());
    rows++;
    width = vector.length;
  }

  @Override
  public void close() throws IOException {
    out.flush();
  }

  @Override
  public void finish() throws IOException {
    out.flush();
    ByteBuffer header = format == Format.NPY ? npy() : safetensors();
    for (long at = 0; header.hasRemaining(); at = header.position()) {
      channel.write(header, at);
    }
  }

  /**
   * Returns the header of NumPy's format, version 1.0 (NEP 1): magic, version, length, a Python
   * dictionary padded with spaces.
   */
  private ByteBuffer npy() {
    String text =
        "{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %d), }".formatted(rows, width);
    ByteBuffer header = ByteBuffer.allocate(HEADER).order(ByteOrder.LITTLE_ENDIAN);
    header
        .put((byte) 0x93)
        .put("NUMPY".getBytes(StandardCharsets.US_ASCII))
        .put((byte) 1)
        .put((byte) 0)
        .putShort((short) (HEADER - 10));
    return padded(header, text, '\n');
  }

  private ByteBuffer safetensors() {
    String text =
        "{\"embeddings\":{\"dtype\":\"F32\",\"shape\":[%d,%d],\"data_offsets\":[0,%d]}}"
            .formatted(rows, width, rows * width * Float.BYTES);
    return padded(
        ByteBuffer.allocate(HEADER).order(ByteOrder.LITTLE_ENDIAN).putLong(HEADER - 8), text, ' ');
  }

  private static ByteBuffer padded(ByteBuffer header, String text, char last) {
    header.put(text.getBytes(StandardCharsets.US_ASCII));
    while (header.position() < HEADER - 1) {
      header.put((byte) ' ');
    }
    return header.put((byte) last).flip();
  }
}
