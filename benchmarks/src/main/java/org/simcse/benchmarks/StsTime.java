package org.simcse.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.simcse.core.SimCse;
import org.simcse.core.evaluate.StsProtocol;
import org.simcse.core.evaluate.StsSuite;

/**
 * Compares the time of the STS tasks with that of the reference's way: {@code StsTime SENTEVAL
 * [BACKEND...]}, each backend in a JVM of its own.
 *
 * <p>The reference's way, on the same engine: 128 pairs at a time, all first texts as one padded
 * batch, then all second texts. The subsets of STS12 to STS16 are sorted by the numbers of words of
 * both texts; STS-B and SICK are not, and their training and development sets are embedded too
 * (SentEval's {@code sts.py} and {@code sick.py}).
 */
public final class StsTime {
  private static final int PAIRS = 128;
  private static final int ONE_BATCH = 1 << 20;

  private record Pair(String first, String second) {}

  private StsTime() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    if (args.length == 0) {
      System.err.println("Which directory? StsTime SENTEVAL [BACKEND...]");
      System.exit(2);
    }
    ChildJvm.runEach(Child.class, args);
  }

  /** The process of one backend. */
  static final class Child {
    private Child() {}

    public static void main(String[] args) throws IOException {
      Path data = Path.of(args[0]);
      List<List<Pair>> subsets = subsets(data);
      long forwards = subsets.stream().mapToLong(subset -> 2L * subset.size()).sum();
      double reference =
          seconds(
              args[1],
              ONE_BATCH,
              simcse -> {
                subsets.forEach(subset -> embed(simcse, subset));
              });
      StsSuite[] suite = new StsSuite[1];
      double ours =
          seconds(
              args[1],
              0,
              simcse -> {
                suite[0] = StsSuite.read(data, StsProtocol.SIMCSE, List.of());
                suite[0].run(texts -> simcse.embed(texts).toArray(float[][]::new));
              });
      System.out.printf(
          Locale.ROOT,
          "%-10s  forwards %d of %d (%.2f)  seconds %.1f of %.1f (%.2f)%n",
          args[1],
          suite[0].texts(),
          forwards,
          (double) suite[0].texts() / forwards,
          ours,
          reference,
          ours / reference);
    }
  }

  private static double seconds(String backend, int batchTokens, Consumer<SimCse> work) {
    var builder = SimCse.builder().backend(backend).threads(Integer.getInteger("threads", 2));
    if (batchTokens > 0) {
      builder.batchTokens(batchTokens);
    }
    try (SimCse simcse = builder.open()) {
      simcse.embed(List.of("A sentence to begin with.", "Another."));
      long start = System.nanoTime();
      work.accept(simcse);
      return (System.nanoTime() - start) / 1e9;
    }
  }

  private static void embed(SimCse simcse, List<Pair> subset) {
    for (int from = 0; from < subset.size(); from += PAIRS) {
      List<Pair> batch = subset.subList(from, Math.min(subset.size(), from + PAIRS));
      simcse.embed(batch.stream().map(Pair::first).toList());
      simcse.embed(batch.stream().map(Pair::second).toList());
    }
  }

  private static List<List<Pair>> subsets(Path data) throws IOException {
    List<List<Pair>> subsets = new ArrayList<>();
    for (int year = 12; year <= 16; year++) {
      Path folder = data.resolve("STS/STS%d-en-test".formatted(year));
      List<Path> inputs;
      try (Stream<Path> files = Files.list(folder)) {
        inputs =
            files
                .filter(file -> file.getFileName().toString().matches("STS\\.input\\..*\\.txt"))
                .sorted()
                .toList();
      }
      for (Path input : inputs) {
        subsets.add(sorted(scored(input)));
      }
    }
    for (String split : List.of("train", "dev", "test")) {
      subsets.add(columns(data.resolve("STS/STSBenchmark/sts-%s.csv".formatted(split)), 5, 0));
    }
    for (String split : List.of("train", "trial", "test_annotated")) {
      subsets.add(columns(data.resolve("SICK/SICK_%s.txt".formatted(split)), 1, 1));
    }
    return subsets;
  }

  private static List<Pair> sorted(List<Pair> subset) {
    return subset.stream()
        .sorted(
            Comparator.comparingInt((Pair pair) -> words(pair.first()))
                .thenComparingInt(pair -> words(pair.second())))
        .toList();
  }

  private static int words(String text) {
    return text.split(" ").length;
  }

  private static List<Pair> scored(Path input) throws IOException {
    List<String> texts = Files.readAllLines(input);
    List<String> scores =
        Files.readAllLines(
            input.resolveSibling(input.getFileName().toString().replace("input", "gs")));
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      if (!scores.get(i).isBlank()) {
        pairs.add(pair(texts.get(i), 0));
      }
    }
    return pairs;
  }

  private static List<Pair> columns(Path file, int first, int header) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines.skip(header).map(line -> pair(line, first)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Pair pair(String line, int first) {
    String[] cells = line.split("\t", -1);
    return new Pair(cells[first], cells[first + 1]);
  }
}
