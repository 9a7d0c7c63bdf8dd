package org.simcse.core.weights;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes pickles operation by operation, and archives as {@code torch.save} does. */
final class Pickle {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final DataOutputStream out = new DataOutputStream(bytes);

  Pickle() {
    raw(0x80, 2);
  }

  Pickle raw(int... codes) {
    for (int code : codes) {
      bytes.write(code);
    }
    return this;
  }

  Pickle text(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    raw('X').integer(utf8.length);
    bytes.writeBytes(utf8);
    return this;
  }

  Pickle global(String module, String name) {
    raw('c');
    bytes.writeBytes("%s\n%s\n".formatted(module, name).getBytes(StandardCharsets.US_ASCII));
    return this;
  }

  Pickle number(int number) {
    return raw('J').integer(number);
  }

  Pickle numbers(int... numbers) {
    raw('(');
    for (int number : numbers) {
      number(number);
    }
    return raw('t');
  }

  private Pickle integer(int number) {
    try {
      out.writeInt(Integer.reverseBytes(number));
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A key and a tensor of storage 0, which holds {@code size} floats. */
  Pickle tensor(String name, int size, int offset, int[] shape, int[] stride) {
    text(name).global("torch._utils", "_rebuild_tensor_v2").raw('(');
    raw('(').text("storage").global("torch", "FloatStorage").text("0").text("cpu").number(size);
    raw('t', 'Q');
    number(offset).numbers(shape).numbers(stride).raw(0x89);
    return global("collections", "OrderedDict").raw(')', 'R', 't', 'R');
  }

  byte[] bytes() {
    byte[] program = bytes.toByteArray();
    byte[] whole = Arrays.copyOf(program, program.length + 1);
    whole[program.length] = '.';
    return whole;
  }

  static byte[] floats(float... values) {
    ByteBuffer buffer = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    buffer.asFloatBuffer().put(values);
    return buffer.array();
  }

  static Path zip(Path file, byte[] pickle, byte[] storage) throws IOException {
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, byte[]> part :
          Map.of("archive/data.pkl", pickle, "archive/data/0", storage).entrySet()) {
        ZipEntry entry = new ZipEntry(part.getKey());
        CRC32 crc = new CRC32();
        crc.update(part.getValue());
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(part.getValue().length);
        entry.setCrc(crc.getValue());
        zip.putNextEntry(entry);
        zip.write(part.getValue());
      }
    }
    return file;
  }
}
