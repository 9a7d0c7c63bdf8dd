package org.simcse.core.data;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Encodes an example as bytes: the line as 8 bytes, the number of values as 4, for each value its
 * count of numbers as 4 and a single number as 8 or each number of a vector as 4, then each text's
 * length as 4 and the text in UTF-8.
 */
final class ExampleCodec {
  private ExampleCodec() {}

  static byte[] pack(Example example) {
    List<byte[]> texts =
        example.texts().stream().map(text -> text.getBytes(StandardCharsets.UTF_8)).toList();
    int size = texts.stream().mapToInt(text -> Integer.BYTES + text.length).sum();
    List<List<Double>> values = example.values();
    int numbers = values.stream().mapToInt(value -> Integer.BYTES + bytes(value.size())).sum();
    ByteBuffer packed =
        ByteBuffer.allocate(Long.BYTES + Integer.BYTES + numbers + size)
            .putLong(example.line())
            .putInt(values.size());
    for (List<Double> value : values) {
      packed.putInt(value.size());
      if (value.size() == 1) {
        packed.putDouble(value.get(0));
      } else {
        value.forEach(number -> packed.putFloat(number.floatValue()));
      }
    }
    texts.forEach(text -> packed.putInt(text.length).put(text));
    return packed.array();
  }

  /** Returns the size of a value: vectors, which dominate, are in single precision. */
  private static int bytes(int numbers) {
    return numbers == 1 ? Double.BYTES : Float.BYTES * numbers;
  }

  static Example unpack(byte[] packed) {
    ByteBuffer bytes = ByteBuffer.wrap(packed);
    long line = bytes.getLong();
    List<List<Double>> values = new ArrayList<>();
    for (int left = bytes.getInt(); left > 0; left--) {
      int numbers = bytes.getInt();
      List<Double> value = new ArrayList<>(numbers);
      for (int i = 0; i < numbers; i++) {
        value.add(numbers == 1 ? bytes.getDouble() : bytes.getFloat());
      }
      values.add(value);
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
