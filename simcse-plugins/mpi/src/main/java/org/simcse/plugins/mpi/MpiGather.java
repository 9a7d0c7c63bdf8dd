package org.simcse.plugins.mpi;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.simcse.api.DistributedGather;
import org.simcse.api.error.BackendException;
import org.simcse.api.error.ShapeException;
import org.simcse.api.tensor.HostTensor;

/**
 * Ranks that are processes which an MPI launcher started.
 *
 * <p>Before numbers travel, ranks compare what they are about to do: 8 bytes each. Direct buffers
 * are sent and reduced where they are; arrays are copied, and small tensors put together, in
 * buckets of {@link #BUCKET} bytes.
 */
final class MpiGather implements DistributedGather {
  /** The bytes that are reduced at once; larger buckets are slower, because caches overflow. */
  private static final int BUCKET = 25 << 20;

  /** A tensor of fewer bytes travels with others. */
  private static final int SMALL = 1 << 20;

  private static final String LEFT = "nothing more: it has left";

  private final Mpi mpi;
  private final Watch watch;
  private final int rank;
  private final int size;
  private Memory scratch = new Memory(1 << 16);
  private final Runnable finish;
  private boolean left;
  private boolean closed;

  /**
   * Joins the other ranks.
   *
   * @param deadline how long a collective operation may wait
   * @param finish called when all ranks have left
   */
  MpiGather(Mpi mpi, Duration deadline, Runnable finish) {
    this.mpi = mpi;
    this.finish = finish;
    this.rank = mpi.rank();
    this.size = mpi.size();
    this.watch = new Watch(mpi, rank, size, deadline);
  }

  @Override
  public int rank() {
    return rank;
  }

  @Override
  public int worldSize() {
    return size;
  }

  @Override
  public HostTensor allGather(HostTensor local) {
    agree("allGather", List.of(local));
    int count = local.size();
    int bytes = bytes(local);
    long[] shape = local.shape().clone();
    shape[0] *= size;
    HostTensor all = like(local, shape);
    Memory room = scratch((long) bytes * (size + 1));
    Pointer sent = direct(local);
    if (sent == null) {
      write(local, 0, count, room, 0);
      sent = room;
    }
    Pointer from = sent;
    Pointer received = room.share(bytes);
    boolean wide = isDouble(local);
    watch.over(
        "allGather",
        () -> {
          mpi.allGather(from, received, count, wide);
          return true;
        });
    read(received, 0, all, 0, all.size());
    return all;
  }

  @Override
  public void allReduceSum(List<HostTensor> tensors) {
    agree("allReduceSum", tensors);
    watch.over(
        "allReduceSum",
        () -> {
          overBuckets(tensors, (numbers, count, wide) -> mpi.allReduce(numbers, count, wide));
          return true;
        });
  }

  @Override
  public void broadcast(List<HostTensor> tensors, int root) {
    if (root < 0 || root >= size) {
      throw new IllegalArgumentException(
          "There is no rank %d: the world has %d.".formatted(root, size));
    }
    agree("broadcast from " + root, tensors);
    watch.over(
        "broadcast",
        () -> {
          overBuckets(tensors, (numbers, count, wide) -> mpi.broadcast(numbers, count, wide, root));
          return true;
        });
  }

  @Override
  public void barrier() {
    agree("barrier", List.of());
  }

  @Override
  public void abort(int status, String why) {
    Watch.say("rank %d of %d ends the run: %s".formatted(rank, size, why));
    mpi.abort(status);
  }

  /** Leaves when all ranks do; those that wait for this one are told that it has left. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    try {
      if (!left) {
        agree(LEFT, List.of());
      }
    } catch (BackendException e) {
      // the others were told so, and leave as well
    }
    closed = true;
    watch.over(
        "close",
        () -> {
          mpi.barrier();
          return true;
        });
    watch.close();
    finish.run();
    scratch.close();
  }

  /** What is done to numbers of one precision that lie together. */
  @FunctionalInterface
  private interface Collective {
    void on(Pointer numbers, int count, boolean doublePrecision);
  }

  /** A part of a tensor that lies in a bucket. */
  private record Part(HostTensor tensor, int from, int count, long place) {}

  private void overBuckets(List<HostTensor> tensors, Collective collective) {
    List<Part> bucket = new ArrayList<>();
    int filled = 0;
    for (HostTensor tensor : tensors) {
      int width = width(tensor);
      Pointer direct = bytes(tensor) < SMALL ? null : direct(tensor);
      for (int from = 0; from < tensor.size(); ) {
        if (direct != null) {
          int count = Math.min(tensor.size() - from, BUCKET / width);
          collective.on(direct.share((long) from * width), count, isDouble(tensor));
          from += count;
          continue;
        }
        boolean other = !bucket.isEmpty() && isDouble(bucket.get(0).tensor()) != isDouble(tensor);
        if (other || filled + width > BUCKET) {
          flush(bucket, filled, collective);
          filled = 0;
        }
        int count = Math.min(tensor.size() - from, (BUCKET - filled) / width);
        bucket.add(new Part(tensor, from, count, filled));
        filled += count * width;
        from += count;
      }
    }
    flush(bucket, filled, collective);
  }

  private void flush(List<Part> bucket, int filled, Collective collective) {
    if (bucket.isEmpty()) {
      return;
    }
    Memory room = scratch(filled);
    bucket.forEach(part -> write(part.tensor(), part.from(), part.count(), room, part.place()));
    HostTensor first = bucket.get(0).tensor();
    collective.on(room, filled / width(first), isDouble(first));
    bucket.forEach(part -> read(room, part.place(), part.tensor(), part.from(), part.count()));
    bucket.clear();
  }

  /**
   * Compares what the ranks are about to do.
   *
   * @throws ShapeException if one is about to do something else
   * @throws BackendException if one has left
   */
  private void agree(String operation, List<HostTensor> tensors) {
    if (closed) {
      throw new IllegalStateException("The gather's rank " + rank + " is closed.");
    }
    StringBuilder form = new StringBuilder(operation);
    tensors.forEach(
        tensor -> form.append(' ').append(kind(tensor)).append(Arrays.toString(tensor.shape())));
    byte[] own = form.toString().getBytes(StandardCharsets.UTF_8);
    long[] forms = exchange(operation, hash(own));
    if (Arrays.stream(forms).allMatch(other -> other == forms[0])) {
      return;
    }
    List<String> all = exchange(operation, own);
    for (int other = 0; other < size; other++) {
      if (all.get(other).equals(LEFT)) {
        left = true;
        throw new BackendException(
            "Rank %d has left, and rank %d waits for it in %s."
                .formatted(other, rank, all.get(rank)));
      }
    }
    for (int other = 1; other < size; other++) {
      if (!all.get(other).equals(all.get(0))) {
        throw new ShapeException(
            "The ranks do not agree: rank 0 brings %s, rank %d brings %s."
                .formatted(all.get(0), other, all.get(other)));
      }
    }
  }

  /** FNV-1a of 64 bits. */
  private static long hash(byte[] form) {
    long hash = 0xcbf29ce484222325L;
    for (byte part : form) {
      hash = (hash ^ (part & 0xff)) * 0x100000001b3L;
    }
    return hash;
  }

  private long[] exchange(String operation, long own) {
    Memory room = scratch(8L * (size + 1));
    room.setLong(0, own);
    watch.over(
        operation,
        () -> {
          mpi.allGatherBytes(room, room.share(8), 8);
          return true;
        });
    return room.getLongArray(8, size);
  }

  private List<String> exchange(String operation, byte[] own) {
    int longest = (int) Arrays.stream(exchange(operation, own.length)).max().orElseThrow();
    Memory room = scratch((long) longest * (size + 1));
    room.clear();
    room.write(0, own, 0, own.length);
    watch.over(
        operation,
        () -> {
          mpi.allGatherBytes(room, room.share(longest), longest);
          return true;
        });
    List<String> all = new ArrayList<>();
    for (int other = 1; other <= size; other++) {
      byte[] form = room.getByteArray((long) longest * other, longest);
      all.add(new String(form, StandardCharsets.UTF_8).replace("\0", ""));
    }
    return all;
  }

  private Memory scratch(long bytes) {
    if (scratch.size() < bytes) {
      scratch.close();
      scratch = new Memory(bytes);
    }
    return scratch;
  }

  private static String kind(HostTensor tensor) {
    if (tensor instanceof HostTensor.Longs) {
      throw new IllegalArgumentException("Only FLOAT tensors travel between ranks.");
    }
    return isDouble(tensor) ? "double" : "float";
  }

  private static boolean isDouble(HostTensor tensor) {
    return tensor instanceof HostTensor.Doubles;
  }

  private static int width(HostTensor tensor) {
    return isDouble(tensor) ? Double.BYTES : Float.BYTES;
  }

  private static int bytes(HostTensor tensor) {
    return Math.multiplyExact(tensor.size(), width(tensor));
  }

  private static HostTensor like(HostTensor tensor, long[] shape) {
    int count =
        (int) Math.multiplyExact((long) tensor.size(), shape[0] / Math.max(1, tensor.shape()[0]));
    return isDouble(tensor)
        ? HostTensor.of(new double[count], shape)
        : HostTensor.of(new float[count], shape);
  }

  /** Returns where a tensor's numbers are if MPI can use them there, else null. */
  private static @Nullable Pointer direct(HostTensor tensor) {
    Buffer buffer;
    ByteOrder order;
    if (tensor instanceof HostTensor.Floats floats) {
      buffer = floats.data();
      order = floats.data().order();
    } else {
      buffer = ((HostTensor.Doubles) tensor).data();
      order = ((HostTensor.Doubles) tensor).data().order();
    }
    return buffer.isDirect() && !buffer.isReadOnly() && order == ByteOrder.nativeOrder()
        ? Native.getDirectBufferPointer(buffer)
        : null;
  }

  /** Copies numbers of a tensor to memory. */
  private static void write(HostTensor tensor, int from, int count, Pointer to, long place) {
    ByteBuffer bytes = view(tensor, count, to, place);
    if (tensor instanceof HostTensor.Floats floats) {
      bytes.asFloatBuffer().put(0, floats.data(), from, count);
    } else if (tensor instanceof HostTensor.Doubles doubles) {
      bytes.asDoubleBuffer().put(0, doubles.data(), from, count);
    }
  }

  /** Copies numbers from memory to a tensor. */
  private static void read(Pointer from, long place, HostTensor tensor, int to, int count) {
    ByteBuffer bytes = view(tensor, count, from, place);
    if (tensor instanceof HostTensor.Floats floats) {
      floats.data().put(to, bytes.asFloatBuffer(), 0, count);
    } else if (tensor instanceof HostTensor.Doubles doubles) {
      doubles.data().put(to, bytes.asDoubleBuffer(), 0, count);
    }
  }

  private static ByteBuffer view(HostTensor tensor, int count, Pointer memory, long place) {
    return memory.getByteBuffer(place, (long) count * width(tensor)).order(ByteOrder.nativeOrder());
  }
}
