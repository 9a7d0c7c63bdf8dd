package org.simcse.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.simcse.core.SimCseBuilder;

/**
 * Compares the engines with langchain4j's embedder: {@code Throughput FILE [CONTENDER...]}.
 *
 * <p>Each contender has a JVM of its own; they take turns, round by round, so that what else the
 * machine does meets all of them. A figure is the median of the rounds.
 */
public final class Throughput {
  /** Threads of every contender. */
  static final int THREADS = Integer.getInteger("threads", 2);

  /** Tokens in a batch of SimCSE. */
  static final int BATCH_TOKENS =
      Integer.getInteger("batchTokens", SimCseBuilder.DEFAULT_BATCH_TOKENS);

  private static final int LINES = Integer.getInteger("lines", 4000);
  private static final int ROUNDS = Integer.getInteger("rounds", 5);
  private static final List<String> ALL = List.of("pytorch", "tensorflow", Contender.BASELINE);

  private final Corpus corpus;
  private final List<Rounds> contenders = new ArrayList<>();

  /** What a contender did, round by round: sentences a second, and its ceiling, FLOP a second. */
  private record Rounds(String name, ChildJvm child, List<Double> speeds, List<Double> ceilings) {}

  private Throughput(Corpus corpus) {
    this.corpus = corpus;
  }

  public static void main(String[] args) throws IOException {
    if (args.length == 0) {
      System.err.println("Which file of sentences? Throughput FILE [CONTENDER...]");
      System.exit(2);
    }
    Corpus corpus = Corpus.read(Path.of(args[0]), LINES);
    System.out.printf(
        Locale.ROOT,
        "%d sentences of %d tokens on average (%.1f GFLOP), %d threads, batches of %d tokens%n%n",
        corpus.texts().size(),
        corpus.meanLength(),
        MiniLm.operations(corpus.lengths()) / 1e9,
        THREADS,
        BATCH_TOKENS);
    Throughput benchmark = new Throughput(corpus);
    benchmark.measure(args.length > 1 ? Arrays.asList(args).subList(1, args.length) : ALL);
    benchmark.report();
  }

  private void measure(List<String> names) throws IOException {
    Path texts = Files.createTempFile("texts", ".txt");
    try {
      Files.write(texts, corpus.texts());
      for (String name : names) {
        start(name, texts);
      }
      for (int round = 0; round < ROUNDS; round++) {
        for (Rounds contender : contenders) {
          measure(contender);
        }
      }
    } finally {
      contenders.forEach(contender -> contender.child().close());
      Files.delete(texts);
    }
  }

  private void start(String name, Path texts) throws IOException {
    ChildJvm child =
        new ChildJvm(Worker.class, name, texts.toString(), String.valueOf(corpus.meanLength()));
    contenders.add(new Rounds(name, child, new ArrayList<>(), new ArrayList<>()));
    double start = child.await()[0];
    child.ask("warm-up");
    double[] latency = child.ask("latency");
    System.out.printf(
        Locale.ROOT,
        "%-12s first vector %.2f s after start; one sentence p50 %.2f ms, p99 %.2f ms; peak memory %.0f MiB%n",
        name,
        start,
        latency[0],
        latency[1],
        child.ask("memory")[0]);
  }

  private void measure(Rounds contender) throws IOException {
    contender.speeds().add(corpus.texts().size() / contender.child().ask("throughput")[0]);
    if (!contender.name().equals(Contender.BASELINE)) {
      contender.ceilings().add(contender.child().ask("ceiling")[0]);
    }
  }

  private void report() {
    System.out.println();
    Optional<Rounds> baseline =
        contenders.stream().filter(rounds -> rounds.name().equals(Contender.BASELINE)).findAny();
    for (Rounds contender : contenders) {
      StringBuilder line = new StringBuilder(String.format("%-12s ", contender.name()));
      line.append(Figures.of(contender.speeds()).text("%.0f")).append(" sentences/s");
      baseline.ifPresent(
          other ->
              line.append(", ")
                  .append(ratios(contender.speeds(), other.speeds(), 1).text("%.2f"))
                  .append(" of ")
                  .append(other.name()));
      if (!contender.ceilings().isEmpty()) {
        double share = 100 * MiniLm.operations(corpus.lengths()) / corpus.texts().size();
        line.append(", ")
            .append(ratios(contender.speeds(), contender.ceilings(), share).text("%.0f"))
            .append(" % of the ceiling of ")
            .append(Figures.of(contender.ceilings()).times(1e-9).text("%.0f"))
            .append(" GFLOP/s");
      }
      System.out.println(line);
    }
  }

  /** Round by round. */
  private static Figures ratios(List<Double> numerators, List<Double> denominators, double unit) {
    return Figures.of(
        IntStream.range(0, numerators.size())
            .mapToObj(round -> unit * numerators.get(round) / denominators.get(round))
            .toList());
  }
}
