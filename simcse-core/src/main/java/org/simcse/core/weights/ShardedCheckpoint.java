package org.simcse.core.weights;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.simcse.api.error.CheckpointException;
import org.simcse.core.io.Json;

/** Several files of tensors and an index ({@code *.index.json}) that maps tensors to files. */
final class ShardedCheckpoint implements Checkpoint {
  private final String source;
  private final SortedMap<String, Checkpoint> shardOf;

  private ShardedCheckpoint(String source, SortedMap<String, Checkpoint> shardOf) {
    this.source = source;
    this.shardOf = shardOf;
  }

  static ShardedCheckpoint open(Path index) {
    Map<?, ?> weightMap = Json.read(index).get("weight_map", Map.class);
    SortedMap<String, Checkpoint> shards = new TreeMap<>();
    SortedMap<String, Checkpoint> shardOf = new TreeMap<>();
    try {
      for (Map.Entry<?, ?> entry : weightMap.entrySet()) {
        String name = entry.getKey().toString();
        String file = entry.getValue().toString();
        // A shard is in the index's directory; any other path would read arbitrary files.
        if (!file.matches("[\\w.-]+\\.(safetensors|bin)")) {
          throw new CheckpointException(
              "%s places tensor %s in %s, which is no name of a shard beside it."
                  .formatted(index, name, file));
        }
        Checkpoint shard =
            shards.computeIfAbsent(file, key -> Checkpoint.open(index.resolveSibling(key)));
        if (!shard.names().contains(name)) {
          throw new CheckpointException(
              "%s places tensor %s in %s, which does not hold it.".formatted(index, name, file));
        }
        shardOf.put(name, shard);
      }
    } catch (RuntimeException e) {
      shards.values().forEach(Checkpoint::close);
      throw e;
    }
    return new ShardedCheckpoint(index.toString(), shardOf);
  }

  @Override
  public String source() {
    return source;
  }

  @Override
  public SortedSet<String> names() {
    return Collections.unmodifiableSortedSet(new TreeSet<>(shardOf.keySet()));
  }

  @Override
  public long[] shape(String name) {
    return Tensors.find(shardOf, name, source).shape(name);
  }

  @Override
  public DataType type(String name) {
    return Tensors.find(shardOf, name, source).type(name);
  }

  @Override
  public ByteBuffer bytes(String name) {
    return Tensors.find(shardOf, name, source).bytes(name);
  }

  @Override
  public void close() {
    shardOf.values().stream().distinct().forEach(Checkpoint::close);
  }
}
