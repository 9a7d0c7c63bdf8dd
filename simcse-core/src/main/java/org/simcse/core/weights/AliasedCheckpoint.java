package org.simcse.core.weights;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.simcse.api.tensor.HostTensor;

/** A checkpoint, some of whose tensors have two names. */
final class AliasedCheckpoint implements Checkpoint {
  private final Checkpoint checkpoint;
  private final SortedMap<String, String> storedNames;

  private AliasedCheckpoint(Checkpoint checkpoint, SortedMap<String, String> storedNames) {
    this.checkpoint = checkpoint;
    this.storedNames = storedNames;
  }

  static AliasedCheckpoint of(Checkpoint checkpoint, Map<String, String> aliases) {
    SortedMap<String, String> stored = new TreeMap<>();
    checkpoint.names().forEach(name -> stored.put(name, name));
    aliases.forEach(
        (alias, name) -> {
          if (checkpoint.names().contains(name)) {
            stored.putIfAbsent(alias, name);
          }
        });
    return new AliasedCheckpoint(checkpoint, stored);
  }

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
  public HostTensor read(String name) {
    return checkpoint.read(stored(name));
  }

  @Override
  public void close() {
    checkpoint.close();
  }
}
