package org.simcse.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.simcse.api.engine.Backend;
import org.simcse.api.engine.BackendConfig;
import org.simcse.api.engine.Computation;
import org.simcse.api.engine.DeviceKind;
import org.simcse.api.engine.Program;
import org.simcse.api.engine.Signature;
import org.simcse.api.spi.Providers;
import org.simcse.api.tensor.Dim;
import org.simcse.api.tensor.ForwardPass;
import org.simcse.api.tensor.HostTensor;
import org.simcse.api.tensor.Tensor;

/**
 * Looks for leaks: {@code Soak FILE [BACKEND...]} embeds batches of varying shape, then compiles
 * programs, each backend in a JVM of its own, and compares resident memory early and late.
 */
public final class Soak {
  private static final int BATCHES = 2000;
  private static final int LARGEST_BATCH = 16;
  private static final int COMPILES = 200;

  private Soak() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    if (args.length == 0) {
      System.err.println("Which file of sentences? Soak FILE [BACKEND...]");
      System.exit(2);
    }
    ChildJvm.runEach(Child.class, args);
  }

  /** The process of one backend. */
  static final class Child {
    private Child() {}

    public static void main(String[] args) throws IOException {
      embed(args[1], Corpus.read(Path.of(args[0]), 4000).texts());
      compile(args[1]);
    }
  }

  private static void embed(String backend, List<String> texts) {
    double[] resident = new double[BATCHES];
    Random random = new Random(1);
    try (Contender contender = Contender.open(backend)) {
      for (int i = 0; i < BATCHES; i++) {
        int size = 1 + random.nextInt(LARGEST_BATCH);
        int from = random.nextInt(texts.size() - size);
        contender.embed(texts.subList(from, from + size));
        resident[i] = ProcessMemory.resident();
      }
    }
    report(backend, "batches", resident, BATCHES / 4, BATCHES / 2);
  }

  /** Every other program is the same again; the rest differ. */
  private static void compile(String name) {
    double[] resident = new double[COMPILES];
    BackendConfig config =
        BackendConfig.defaults().withThreads(Throughput.THREADS).withDevice(DeviceKind.CPU);
    Signature signature =
        Signature.of(Signature.Input.floats("x", Dim.symbol("N"), Dim.of(Chain.WIDTH)));
    HostTensor x = HostTensor.of(new float[Chain.WIDTH], 1, Chain.WIDTH);
    try (Backend backend = Providers.backends(List.of()).get(name).create(config)) {
      for (int i = 0; i < COMPILES; i++) {
        Program program = backend.compile(new Chain(i % 2 == 0 ? 0 : i), signature);
        program.run(Map.of("x", x));
        resident[i] = ProcessMemory.resident();
      }
    }
    report(name, "programs compiled", resident, COMPILES / 4, COMPILES / 2);
  }

  /** Means: of {@code [from, to)} and of the last quarter. */
  private static void report(String backend, String what, double[] resident, int from, int to) {
    double early = Arrays.stream(resident, from, to).average().orElseThrow();
    int last = resident.length - resident.length / 4;
    double late = Arrays.stream(resident, last, resident.length).average().orElseThrow();
    System.out.printf(
        Locale.ROOT,
        "%-10s %d %s: resident %.0f MiB in %d-%d, %.0f MiB in %d-%d, ratio %.3f%n",
        backend,
        resident.length,
        what,
        early,
        from,
        to,
        late,
        last,
        resident.length,
        late / early);
  }

  /** Some steps; another {@code number} makes another program. */
  private record Chain(int number) implements Computation {
    static final int WIDTH = 64;
    private static final int STEPS = 20;

    @Override
    public Map<String, Tensor> trace(ForwardPass pass, Map<String, Tensor> inputs) {
      Tensor x = Objects.requireNonNull(inputs.get("x"));
      for (int i = 0; i < STEPS; i++) {
        x = pass.linear(x, "step", WIDTH).tanh();
      }
      return Map.of("y", x.add(number));
    }
  }
}
