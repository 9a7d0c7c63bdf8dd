package org.simcse.core.evaluate.data;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A tar archive in memory. */
final class TarBytes {
  private static final int BLOCK = 512;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  TarBytes file(String name, String content) {
    return entry('0', name, "", content);
  }

  /** An entry of a kind, with the directory of its name apart. */
  TarBytes entry(char type, String name, String prefix, String content) {
    byte[] body = content.getBytes(StandardCharsets.UTF_8);
    ByteBuffer header = ByteBuffer.allocate(BLOCK);
    put(header, 0, name);
    put(header, 100, "0000644\0");
    put(header, 124, "%011o\0".formatted(body.length));
    put(header, 148, "        ");
    put(header, 156, String.valueOf(type));
    put(header, 257, "ustar\00000");
    put(header, 345, prefix);
    int sum = 0;
    for (byte value : header.array()) {
      sum += value & 0xff;
    }
    put(header, 148, "%06o\0 ".formatted(sum));
    bytes.writeBytes(header.array());
    bytes.writeBytes(body);
    bytes.writeBytes(new byte[Math.floorMod(-body.length, BLOCK)]);
    return this;
  }

  private static void put(ByteBuffer header, int place, String text) {
    header.put(place, text.getBytes(StandardCharsets.UTF_8));
  }

  byte[] end() {
    bytes.writeBytes(new byte[2 * BLOCK]);
    return bytes.toByteArray();
  }
}
