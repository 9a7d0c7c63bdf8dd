package org.simcse.core.data;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Encodes an example as bytes: the line as 8 bytes, the number of values as 4, each value as 8,
 * then each text's length as 4 and the text in UTF-8.
 */
final class ExampleCodec {
  private ExampleCodec() {}

  static byte[] pack(Example example) {
    List<byte[]> texts =
        example.texts().stream().map(text -> text.getBytes(StandardCharsets.UTF_8)).toList();
    int size = texts.stream().mapToInt(text -> Integer.BYTES + text.length).sum();
    List<Double> values = example.values();
    ByteBuffer packed =
        ByteBuffer.allocate(Long.BYTES + Integer.BYTES + Double.BYTES * values.size() + size)
            .putLong(example.line())
            .putInt(values.size());
    values.forEach(packed::putDouble);
    texts.forEach(text -> packed.putInt(text.length).put(text));
    return packed.array();
  }

  static Example unpack(byte[] packed) {
    ByteBuffer bytes = ByteBuffer.wrap(packed);
    long line = bytes.getLong();
    List<Double> values = new ArrayList<>();
    for (int left = bytes.getInt(); left > 0; left--) {
      values.add(bytes.getDouble());
    }
    List<String> texts = new ArrayList<>();
    while (bytes.hasRemaining()) {
      int length = bytes.getInt();
      texts.add(new String(packed, bytes.position(), length, StandardCharsets.UTF_8));
      bytes.position(bytes.position() + length);
    }
    return new Example(texts, values, line);
  }
}
