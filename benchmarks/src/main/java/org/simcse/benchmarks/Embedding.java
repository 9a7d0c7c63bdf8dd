package org.simcse.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** JMH: what embedding some sentences takes, one batch or less. */
@SuppressWarnings("NullAway.Init") // JMH and open() set the fields
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class Embedding {
  /** A UTF-8 file with a sentence a line. */
  @Param("sentences.txt")
  public String file;

  /** How many of them. */
  @Param({"1", "64"})
  public int sentences;

  /** Who does it. */
  @Param({"pytorch", "tensorflow", Contender.BASELINE})
  public String contender;

  private List<String> texts;
  private Contender open;

  /** Opens the contender. */
  @Setup
  public void open() throws IOException {
    texts = Corpus.read(Path.of(file), sentences).texts();
    open = Contender.open(contender);
  }

  /** Frees it. */
  @TearDown
  public void close() {
    open.close();
  }

  /** All of them at once. */
  @Benchmark
  public List<float[]> embed() {
    return open.embed(texts);
  }
}
