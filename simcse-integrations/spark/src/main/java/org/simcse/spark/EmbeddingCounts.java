package org.simcse.spark;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.SparkEnv;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.CollectionAccumulator;
import org.apache.spark.util.LongAccumulator;
import org.simcse.core.embed.EmbeddingReport;

/**
 * What a job has embedded, counted in Spark's accumulators: complete after an action. Rows that
 * Spark embeds again, because it lost their vectors with an executor, are counted again.
 *
 * @since 0.1.0
 */
public final class EmbeddingCounts implements Serializable {
  private final LongAccumulator embedded;
  private final LongAccumulator tokens;
  private final LongAccumulator truncated;
  private final LongAccumulator failed;
  private final CollectionAccumulator<String> executors;

  private EmbeddingCounts(SparkSession spark) {
    embedded = spark.sparkContext().longAccumulator("simcse embedded");
    tokens = spark.sparkContext().longAccumulator("simcse tokens");
    truncated = spark.sparkContext().longAccumulator("simcse truncated");
    failed = spark.sparkContext().longAccumulator("simcse failed");
    executors = spark.sparkContext().collectionAccumulator("simcse models");
  }

  /** Returns counts that are zero. */
  public static EmbeddingCounts of(SparkSession spark) {
    return new EmbeddingCounts(spark);
  }

  void add(EmbeddingReport report) {
    embedded.add(report.texts());
    tokens.add(report.tokens());
    truncated.add(report.truncated());
  }

  void addFailed() {
    failed.add(1);
  }

  /** Counts a model that was loaded by the executor of the running task. */
  void addLoaded() {
    executors.add(SparkEnv.get().executorId());
  }

  /** Returns the number of rows with a vector. */
  public long embedded() {
    return embedded.value();
  }

  /** Returns their tokens, special tokens included, padding excluded. */
  public long tokens() {
    return tokens.value();
  }

  /** Returns how many of them were longer than the maximal length. */
  public long truncated() {
    return truncated.value();
  }

  /** Returns the number of rows without a vector. */
  public long failed() {
    return failed.value();
  }

  /** Returns the executors that loaded a model, once per model; {@code driver} in local mode. */
  public List<String> executors() {
    return executors.value().stream().sorted().toList();
  }
}
