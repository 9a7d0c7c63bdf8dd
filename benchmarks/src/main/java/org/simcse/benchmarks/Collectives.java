package org.simcse.benchmarks;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.simcse.api.DistributedGather;
import org.simcse.api.spi.GatherProvider;
import org.simcse.api.spi.Options;
import org.simcse.api.spi.Providers;
import org.simcse.api.tensor.HostTensor;

/** The time of collective operations: {@code Collectives [GATHER]}, on every rank. */
public final class Collectives {
  /** The parameters of BERT-base. */
  private static final int PARAMETERS = 110_000_000;

  private Collectives() {}

  public static void main(String[] args) {
    Options options = Options.parse(args.length == 0 ? "mpi" : args[0]);
    Providers<GatherProvider> gathers = Providers.gathers(List.of());
    try (DistributedGather gather = gathers.create(options, provider -> provider.create(options))) {
      time(gather, "barrier", 2000, gather::barrier);
      HostTensor one = HostTensor.of(new float[1], 1);
      time(gather, "all-reduce of 1 float", 2000, () -> gather.allReduceSum(List.of(one)));
      for (int rows : new int[] {64, 512}) {
        HostTensor own = HostTensor.of(new float[rows * 768], rows, 768);
        time(gather, "all-gather of [%d, 768]".formatted(rows), 2000, () -> gather.allGather(own));
      }
      List<HostTensor> direct = List.of(direct(PARAMETERS));
      time(gather, "all-reduce of 110 M floats, direct", 7, () -> gather.allReduceSum(direct));
      List<HostTensor> arrays = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        arrays.add(HostTensor.of(new float[PARAMETERS / 200], PARAMETERS / 200));
      }
      time(gather, "the same in 200 arrays", 7, () -> gather.allReduceSum(arrays));
    }
  }

  private static HostTensor direct(int count) {
    return new HostTensor.Floats(
        new long[] {count},
        ByteBuffer.allocateDirect(4 * count).order(ByteOrder.nativeOrder()).asFloatBuffer());
  }

  private static void time(DistributedGather gather, String what, int times, Runnable operation) {
    long[] nanos = new long[times];
    for (int i = -Math.max(1, times / 10); i < times; i++) {
      long start = System.nanoTime();
      operation.run();
      nanos[Math.max(0, i)] = System.nanoTime() - start;
    }
    Arrays.sort(nanos);
    if (gather.rank() == 0) {
      System.out.printf(
          Locale.ROOT,
          "%-36s median %10.1f us, p99 %10.1f us%n",
          what,
          nanos[times / 2] / 1e3,
          nanos[(int) (0.99 * (times - 1))] / 1e3);
    }
  }
}
