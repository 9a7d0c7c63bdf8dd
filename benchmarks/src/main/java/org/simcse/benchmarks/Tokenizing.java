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
import org.simcse.core.tokenize.Encoded;
import org.simcse.core.tokenize.TextTokenizer;

/** JMH: what tokenising some sentences takes. */
@SuppressWarnings("NullAway.Init") // JMH and open() set the fields
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class Tokenizing {
  /** A UTF-8 file with a sentence a line. */
  @Param("sentences.txt")
  public String file;

  /** How many of them. */
  @Param({"1", "64", "2048"})
  public int sentences;

  private List<String> texts;
  private TextTokenizer tokenizer;

  /** Opens the embedded model's tokenizer. */
  @Setup
  public void open() throws IOException {
    texts = Corpus.read(Path.of(file), sentences).texts();
    tokenizer = Corpus.tokenizer();
  }

  /** Frees it. */
  @TearDown
  public void close() {
    tokenizer.close();
  }

  /** All of them at once. */
  @Benchmark
  public List<Encoded> tokenize() {
    return tokenizer.encode(texts, Corpus.MAX_LENGTH);
  }
}
