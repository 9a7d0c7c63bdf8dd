package org.simcse.tests.facade;

import java.time.Duration;
import java.util.List;
import org.simcse.api.DistributedGather;
import org.simcse.api.spi.GatherProvider;
import org.simcse.api.spi.Options;
import org.simcse.tests.LoopbackGather;

/** The gather {@code loopback:rank=R}: two ranks that are threads of this JVM. */
public final class LoopbackProvider implements GatherProvider {
  private static List<DistributedGather> world = List.of();

  /** Makes the next world. */
  static synchronized void renew() {
    world = LoopbackGather.world(2, Duration.ofSeconds(60));
  }

  /** Makes the next world, of one rank. */
  static synchronized void alone() {
    world = LoopbackGather.world(1, Duration.ofSeconds(60));
  }

  @Override
  public String name() {
    return "loopback";
  }

  @Override
  public String description() {
    return "two threads, for tests; rank";
  }

  @Override
  public DistributedGather create(Options options) {
    synchronized (LoopbackProvider.class) {
      return world.get(options.integer("rank", 0, 0, 1));
    }
  }
}
