package org.simcse.spark;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.simcse.api.error.InvalidInputException;
import org.simcse.api.error.SimCseException;
import org.simcse.api.error.UnknownProviderException;

/** On two threads of this JVM, with the backend that needs no native code. */
class SparkEmbeddingTest {
  private static final StructType COLUMNS =
      new StructType().add("id", DataTypes.LongType).add("text", DataTypes.StringType);

  @TempDir static Path folder;
  static SparkSession spark;
  static Path model;

  @BeforeAll
  static void start() {
    model = TinyBert.in(folder);
    spark =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", false)
            .config("spark.sql.shuffle.partitions", 2)
            .getOrCreate();
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  static Dataset<Row> rows(List<String> texts, int partitions) {
    List<Row> rows =
        IntStream.range(0, texts.size())
            .mapToObj(i -> RowFactory.create((long) i, texts.get(i)))
            .toList();
    return spark
        .createDataFrame(rows, COLUMNS)
        .coalesce(1)
        .repartitionByRange(partitions, col("id"));
  }

  static SparkEmbedding embedding() {
    return SparkEmbedding.ofModel(model.toString()).backend("reference").pooler("avg");
  }

  @Test
  void everyRowKeepsItsColumnsAndGetsTheVectorOfASingleProcess() {
    List<String> texts = TinyBert.texts(60);
    EmbeddingCounts counts = EmbeddingCounts.of(spark);

    Dataset<Row> embedded = embedding().embed(rows(texts, 3), counts);

    assertThat(embedded.schema())
        .isEqualTo(COLUMNS.add("embedding", DataTypes.createArrayType(DataTypes.FloatType, false)));
    List<Row> collected = sorted(embedded);
    List<float[]> expected = TinyBert.vectors(model, "reference", texts);
    assertThat(collected).hasSameSizeAs(texts);
    for (int i = 0; i < texts.size(); i++) {
      assertThat(collected.get(i).getLong(0)).isEqualTo(i);
      assertThat(collected.get(i).getString(1)).isEqualTo(texts.get(i));
      assertVector(collected.get(i), expected.get(i));
    }
    assertThat(counts.embedded()).isEqualTo(60);
    assertThat(counts.tokens()).isGreaterThan(60L * 3);
    assertThat(counts.failed()).isZero();
  }

  /** Sorts here: Spark, which samples what it sorts, would embed twice. */
  static List<Row> sorted(Dataset<Row> embedded) {
    List<Row> rows = new ArrayList<>(embedded.collectAsList());
    rows.sort(Comparator.comparing(row -> row.getLong(0)));
    return rows;
  }

  /**
   * Compares with the vector of another batch or engine. Either is off by three standard deviations
   * of 64 roundings in each of 20 products, 0.41 u each, at most (see {@code GoldenTolerance}).
   */
  static void assertVector(Row row, float[] expected) {
    double bound = Math.sqrt(2) * 3 * 0.41 * Math.sqrt(20 * 64) * 0x1p-24 * largest(expected);
    List<Float> vector = row.getList(row.fieldIndex("embedding"));
    assertThat(vector).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) vector.get(i)).isCloseTo(expected[i], within(bound));
    }
  }

  private static double largest(float[] vector) {
    double largest = 0;
    for (float component : vector) {
      largest = Math.max(largest, Math.abs(component));
    }
    return largest;
  }

  @Test
  void theTasksOfAJvmShareOneModel() {
    EmbeddingCounts counts = EmbeddingCounts.of(spark);

    embedding().maxLength(20).embed(rows(TinyBert.texts(40), 8), counts).collectAsList();
    embedding().maxLength(20).embed(rows(TinyBert.texts(20), 2), counts).collectAsList();

    assertThat(counts.executors()).containsExactly("driver");
    assertThat(counts.embedded()).isEqualTo(60);
  }

  @Test
  void aPartitionIsNotReadAheadOfItsVectors() {
    Dataset<Row> endless =
        spark.range(0, 100_000_000, 1, 1).selectExpr("id", "concat('row ', id) as text");

    assertThat(embedding().embed(endless).takeAsList(3)).hasSize(3);
  }

  @Test
  void aRowWithoutTextFailsTheJobAndIsNamed() {
    Dataset<Row> rows = rows(Arrays.asList("one", null, "three"), 1);

    assertThatThrownBy(() -> embedding().embed(rows).collectAsList())
        .cause()
        .isInstanceOf(SimCseException.class)
        .hasMessage(
            "Row 2 of partition 0 has no text: it is null. Leave such rows out, or give them a null vector with --on-error null.");
    assertThatThrownBy(() -> embedding().keyColumn("id").embed(rows).collectAsList())
        .cause()
        .hasMessageStartingWith("The row '1' of partition 0 has no text");
  }

  @Test
  void aRowThatTheModelRefusesIsFoundAmongTheOthers() {
    // 64 tokens have a place in the model: twice 5, but not twice 42.
    List<String> texts = new ArrayList<>(Collections.nCopies(30, "a a a"));
    texts.set(17, "a ".repeat(40));

    Dataset<Row> rows = rows(texts, 1);
    EmbeddingCounts counts = EmbeddingCounts.of(spark);
    SparkEmbedding refusing = embedding().pooler("doubling");

    List<Row> embedded = sorted(refusing.onError(OnError.NULL).embed(rows, counts));
    assertThat(embedded.get(17).isNullAt(2)).isTrue();
    assertThat(embedded.stream().filter(row -> row.isNullAt(2))).hasSize(1);
    assertThat(counts.failed()).isEqualTo(1);
    assertThat(counts.embedded()).isEqualTo(29);
    assertThatThrownBy(
            () -> refusing.onError(OnError.FAIL).keyColumn("id").embed(rows).collectAsList())
        .cause()
        .hasMessageContaining("The row '17' of partition 0 cannot be embedded: A text has ");
  }

  @Test
  void whatIsWrongWithTheRequestIsRefusedBeforeAJobRuns() {
    Dataset<Row> rows = rows(List.of("one"), 1);

    assertThatThrownBy(() -> embedding().textColumn("body").embed(rows))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("There is no column 'body'; there are id, text.");
    assertThatThrownBy(() -> embedding().textColumn("id").embed(rows))
        .hasMessage("The column 'id' is of type bigint; name one of strings.");
    assertThatThrownBy(() -> embedding().embeddingColumn("id").embed(rows))
        .hasMessageContaining("have a column 'id' already");
    assertThatThrownBy(() -> embedding().promptName("query").embed(rows))
        .hasMessageContaining("no prompt 'query'");
    assertThatThrownBy(() -> embedding().backend("jax").embed(rows))
        .isInstanceOf(UnknownProviderException.class);
    assertThatThrownBy(
            () -> SparkEmbedding.ofModel("no/such/dir/ectory").backend("reference").embed(rows))
        .isInstanceOf(SimCseException.class)
        .hasMessageContaining("no/such/dir/ectory");
  }
}
