package org.simcse.plugins.mpi;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.simcse.api.DistributedGather;
import org.simcse.api.spi.Options;
import org.simcse.api.tensor.HostTensor;

/** A rank of a run in which rank 1 does not come to the fifth sum. */
final class Doomed {
  private Doomed() {}

  static Mpirun.Result run(String fate) throws Exception {
    return Mpirun.run(3, Duration.ofSeconds(60), List.of(), Doomed.class.getName(), fate);
  }

  public static void main(String[] arguments) throws Exception {
    String deadline = arguments.length > 1 ? arguments[1] : "2";
    DistributedGather gather =
        new MpiGatherProvider().create(Options.parse("mpi:deadline=" + deadline));
    HostTensor numbers = HostTensor.of(new float[1000], 1000);
    for (int step = 1; ; step++) {
      if (step == 5 && gather.rank() == 0) {
        System.err.println("The fifth sum begins.");
      }
      if (step == 5 && gather.rank() == 1) {
        meet(arguments[0], gather);
      }
      gather.allReduceSum(List.of(numbers));
    }
  }

  /** Takes this host off the network. */
  private static void cut() throws Exception {
    new ProcessBuilder("ip", "link", "set", TwoHosts.CABLE, "down").start().waitFor();
  }

  private static void meet(String fate, DistributedGather gather) throws Exception {
    String self = String.valueOf(ProcessHandle.current().pid());
    switch (fate) {
      case "kill" -> new ProcessBuilder("kill", "-9", self).start().waitFor();
      case "stop" -> new ProcessBuilder("kill", "-STOP", self).start().waitFor();
      case "cut" -> cut();
      case "throw" -> throw new IllegalStateException("rank 1 has a fault");
      case "leave" -> Runtime.getRuntime().halt(0);
      case "sleep" -> TimeUnit.HOURS.sleep(1);
      case "abort" -> gather.abort(75, "the loss is not a number");
      default -> throw new IllegalArgumentException(fate);
    }
  }
}
