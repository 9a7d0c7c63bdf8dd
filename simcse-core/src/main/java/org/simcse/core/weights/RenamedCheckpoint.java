package org.simcse.core.weights;

import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A view of a checkpoint under other names; a tensor may have several.
 *
 * @param checkpoint the checkpoint
 * @param storedNames the checkpoint's names by those of this view
 */
record RenamedCheckpoint(Checkpoint checkpoint, SortedMap<String, String> storedNames)
    implements Checkpoint {
  private String stored(String name) {
    return Tensors.find(storedNames, name, source());
  }

  @Override
  public String source() {
    return checkpoint.source();
  }

  @Override
  public SortedSet<String> names() {
    return Collections.unmodifiableSortedSet(new TreeSet<>(storedNames.keySet()));
  }

  @Override
  public long[] shape(String name) {
    return checkpoint.shape(stored(name));
  }

  @Override
  public DataType type(String name) {
    return checkpoint.type(stored(name));
  }

  @Override
  public ByteBuffer bytes(String name) {
    return checkpoint.bytes(stored(name));
  }

  @Override
  public void close() {
    checkpoint.close();
  }
}
