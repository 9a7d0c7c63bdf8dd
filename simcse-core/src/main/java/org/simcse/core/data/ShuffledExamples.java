package org.simcse.core.data;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.simcse.core.io.SplitMix64;

/**
 * Iterates over examples in random order, drawn from a buffer that is kept full.
 *
 * <p>If the buffer holds all of them, every order is equally likely; if not, no row is returned
 * earlier than a buffer's size before its position in the file, and few much later. Rows are
 * buffered as bytes: the size of their texts in UTF-8, and about 40 bytes each.
 */
final class ShuffledExamples implements Iterator<Example> {
  private final Iterator<Example> source;
  private final int capacity;
  private final SplitMix64 generator;
  private final List<byte[]> waiting = new ArrayList<>();

  ShuffledExamples(Iterator<Example> source, int capacity, SplitMix64 generator) {
    this.source = source;
    this.capacity = capacity;
    this.generator = generator;
  }

  @Override
  public boolean hasNext() {
    return !waiting.isEmpty() || source.hasNext();
  }

  @Override
  public Example next() {
    return ExampleCodec.unpack(nextPacked());
  }

  /** Skips one example, without decoding its texts. */
  void skip() {
    nextPacked();
  }

  private byte[] nextPacked() {
    while (waiting.size() < capacity && source.hasNext()) {
      waiting.add(ExampleCodec.pack(source.next()));
    }
    if (waiting.isEmpty()) {
      throw new NoSuchElementException();
    }
    byte[] last = waiting.remove(waiting.size() - 1);
    int chosen = generator.below(waiting.size() + 1);
    return chosen == waiting.size() ? last : waiting.set(chosen, last);
  }
}
