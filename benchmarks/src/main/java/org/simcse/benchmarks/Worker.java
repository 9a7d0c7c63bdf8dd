package org.simcse.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * The child process that runs one contender: {@code Worker NAME TEXTS MEAN_LENGTH}, where {@code
 * TEXTS} is a file with a text a line.
 *
 * <p>It first prints the seconds from its start to its first vector, then answers the words on its
 * standard input: {@code warm-up}, {@code throughput} (seconds for all texts), {@code latency} (p50
 * and p99 in milliseconds of one text at a time), {@code memory} (peak, MiB), {@code ceiling}
 * (operations a second).
 */
final class Worker {
  private static final int SINGLES = 1000;
  private static final int WARM_UP_SINGLES = 200;

  private final Contender contender;
  private final List<String> texts;

  private Worker(Contender contender, List<String> texts) {
    this.contender = contender;
    this.texts = texts;
  }

  public static void main(String[] args) throws IOException {
    PrintStream answers = System.out;
    System.setOut(System.err); // libraries may print
    List<String> texts = Files.readAllLines(Path.of(args[1]));
    try (Contender contender = Contender.open(args[0])) {
      contender.embed(texts.subList(0, 1));
      answers.println(
          (System.currentTimeMillis() - ManagementFactory.getRuntimeMXBean().getStartTime()) / 1e3);
      Worker worker = new Worker(contender, texts);
      BufferedReader words =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      for (String word = words.readLine(); word != null; word = words.readLine()) {
        answers.println(
            switch (word) {
              case "warm-up", "throughput" -> worker.throughput();
              case "latency" -> worker.latency();
              case "memory" -> ProcessMemory.peak();
              case "ceiling" -> ceiling(args[0], Integer.parseInt(args[2]));
              default -> throw new IllegalArgumentException("What is '" + word + "'?");
            });
      }
    }
  }

  private double throughput() {
    long start = System.nanoTime();
    if (contender.embed(texts).size() != texts.size()) {
      throw new IllegalStateException("Vectors are missing.");
    }
    return (System.nanoTime() - start) / 1e9;
  }

  private String latency() {
    double[] milliseconds = new double[SINGLES];
    for (int i = -WARM_UP_SINGLES; i < SINGLES; i++) {
      List<String> one = List.of(texts.get(Math.floorMod(i, texts.size())));
      long start = System.nanoTime();
      contender.embed(one);
      if (i >= 0) {
        milliseconds[i] = (System.nanoTime() - start) / 1e6;
      }
    }
    Arrays.sort(milliseconds);
    return milliseconds[SINGLES / 2] + " " + milliseconds[SINGLES * 99 / 100];
  }

  /** Opened anew each time, so that its weights do not stay between the contender's own. */
  private static double ceiling(String backend, int length) {
    try (Ceiling ceiling = new Ceiling(backend, Throughput.BATCH_TOKENS, length)) {
      return ceiling.rate();
    }
  }
}
