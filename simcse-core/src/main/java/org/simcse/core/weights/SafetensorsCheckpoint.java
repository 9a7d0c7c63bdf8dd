package org.simcse.core.weights;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.simcse.api.error.CheckpointException;
import org.simcse.core.io.Json;

/**
 * A safetensors file: 8 bytes with the header's length, a JSON header, then the tensors without
 * gaps, as <a href="https://github.com/huggingface/safetensors#format">its page</a> defines.
 */
final class SafetensorsCheckpoint implements Checkpoint {
  /** A header has some 100 bytes per tensor; larger models have a few thousand tensors. */
  private static final int LARGEST_HEADER = 16 << 20;

  /** The location of a tensor, from the start of the file. */
  private record Entry(String name, DataType type, long[] shape, long begin, long end) {}

  private final MappedFile file;
  private final SortedMap<String, Entry> entries;

  private SafetensorsCheckpoint(MappedFile file, SortedMap<String, Entry> entries) {
    this.file = file;
    this.entries = entries;
  }

  static SafetensorsCheckpoint open(MappedFile file) {
    long length = file.slice("the length of the header", 0, Long.BYTES).getLong(0);
    if (length < 0 || length > file.size() - Long.BYTES) {
      throw new CheckpointException(
          "%s: the header should have %s bytes, but the file has %d bytes: it is truncated or no safetensors file."
              .formatted(file.path(), Long.toUnsignedString(length), file.size()));
    }
    if (length > LARGEST_HEADER) {
      throw new CheckpointException(
          "%s: the header has %d bytes; more than %d are not read."
              .formatted(file.path(), length, LARGEST_HEADER));
    }
    Json header =
        Json.parse("The header of " + file.path(), file.bytes("the header", Long.BYTES, length));
    long start = Long.BYTES + length;
    SortedMap<String, Entry> entries = new TreeMap<>();
    for (String name : header.fields().keySet()) {
      if (!name.equals("__metadata__")) {
        entries.put(name, entry(file, header, name, start));
      }
    }
    checkLayout(file, start, entries);
    return new SafetensorsCheckpoint(file, entries);
  }

  private static Entry entry(MappedFile file, Json header, String name, long start) {
    String place = "%s: tensor %s".formatted(file.path(), name);
    @SuppressWarnings("unchecked") // keys of a JSON object are strings
    Json fields = new Json(place, header.get(name, Map.class));
    String dtype = fields.get("dtype", String.class);
    DataType type =
        DataType.named(dtype)
            .orElseThrow(
                () ->
                    new CheckpointException(
                        "%s has the type %s; known are %s."
                            .formatted(place, dtype, Arrays.toString(DataType.values()))));
    long[] shape = longs(fields, "shape");
    long[] offsets = longs(fields, "data_offsets");
    if (offsets.length != 2 || offsets[0] > offsets[1] || offsets[1] > file.size() - start) {
      throw new CheckpointException(
          "%s has the offsets %s, but they should be two, ascending, and end within the %d bytes behind the header: the file is truncated or damaged."
              .formatted(place, Arrays.toString(offsets), file.size() - start));
    }
    checkLength(place, type, shape, offsets[1] - offsets[0]);
    return new Entry(name, type, shape, start + offsets[0], start + offsets[1]);
  }

  private static void checkLength(String place, DataType type, long[] shape, long length) {
    try {
      long expected = Math.multiplyExact(DataType.count(shape), type.bytes());
      if (expected == length) {
        return;
      }
      throw new CheckpointException(
          "%s of type %s and shape %s needs %d bytes, but has %d."
              .formatted(place, type, Arrays.toString(shape), expected, length));
    } catch (ArithmeticException e) {
      throw new CheckpointException(
          "%s has the impossible shape %s.".formatted(place, Arrays.toString(shape)), e);
    }
  }

  private static long[] longs(Json fields, String name) {
    List<?> list = fields.get(name, List.class);
    long[] numbers = new long[list.size()];
    for (int i = 0; i < numbers.length; i++) {
      if (list.get(i) instanceof Number number
          && (number instanceof Integer || number instanceof Long)
          && number.longValue() >= 0) {
        numbers[i] = number.longValue();
      } else {
        throw new CheckpointException(
            "%s has the %s %s, where whole numbers from 0 are expected."
                .formatted(fields.source(), name, list));
      }
    }
    return numbers;
  }

  private static void checkLayout(MappedFile file, long start, Map<String, Entry> entries) {
    List<Entry> inOrder = new ArrayList<>(entries.values());
    inOrder.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    long end = start;
    String before = "the header";
    for (Entry entry : inOrder) {
      if (entry.begin != end) {
        throw new CheckpointException(
            "%s: tensor %s starts at byte %d, but %s ends at byte %d: they %s."
                .formatted(
                    file.path(),
                    entry.name,
                    entry.begin,
                    before,
                    end,
                    entry.begin < end ? "overlap" : "leave a gap"));
      }
      end = entry.end;
      before = "tensor " + entry.name;
    }
    if (end != file.size()) {
      throw new CheckpointException(
          "%s: %s ends at byte %d, but the file has %d bytes: the rest belongs to no tensor."
              .formatted(file.path(), before, end, file.size()));
    }
  }

  @Override
  public String source() {
    return file.path().toString();
  }

  @Override
  public SortedSet<String> names() {
    return Collections.unmodifiableSortedSet(new TreeSet<>(entries.keySet()));
  }

  @Override
  public long[] shape(String name) {
    return entry(name).shape.clone();
  }

  @Override
  public DataType type(String name) {
    return entry(name).type;
  }

  @Override
  public ByteBuffer bytes(String name) {
    Entry entry = entry(name);
    return file.slice("tensor " + name, entry.begin, entry.end - entry.begin);
  }

  @Override
  public void close() {
    file.close();
  }

  private Entry entry(String name) {
    return Tensors.find(entries, name, source());
  }
}
