package org.simcse.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The job in this JVM; each run ends its session, as it does under spark-submit. */
class MainTest {
  @TempDir Path folder;
  private String said = "";

  @BeforeEach
  void localMaster() {
    System.setProperty("spark.master", "local[2]");
    System.setProperty("spark.ui.enabled", "false");
  }

  private int run(String... arguments) {
    StringWriter errors = new StringWriter();
    int exitCode = Main.run(new PrintWriter(errors, true), arguments);
    said = errors.toString();
    return exitCode;
  }

  private int embed(Path input, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--input",
                input.toString(),
                "--output",
                folder.resolve("out").toString(),
                "--model",
                TinyBert.in(folder).toString(),
                "--pooler",
                "avg"));
    if (!List.of(more).contains("--backend")) {
      arguments.addAll(List.of("--backend", "reference"));
    }
    arguments.addAll(List.of(more));
    return run(arguments.toArray(String[]::new));
  }

  private List<Row> read(String format) {
    try (SparkSession spark = SparkSession.builder().getOrCreate()) {
      Dataset<Row> rows = spark.read().format(format).load(folder.resolve("out").toString());
      assertThat(rows.columns()).contains("embedding");
      return rows.collectAsList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void readsCsvByItsHeaderAndWritesParquetWithAllColumns() throws IOException {
    Path csv =
        Files.writeString(
            folder.resolve("reviews.csv"),
            """
            key,review,stars
            a,"He said ""no"", twice.",5
            b,A man is playing.,1
            c,,3
            """);

    int exitCode = embed(csv, "--text-column", "review", "--on-error", "null");

    assertThat(said)
        .contains("Embedded 2 rows of ", "loaded the model: driver.", "1 rows have no vector");
    assertThat(exitCode).isZero();
    List<Row> rows = read("parquet");
    assertThat(rows).hasSize(3);
    assertThat(rows.get(0).getString(1)).isEqualTo("He said \"no\", twice.");
    assertThat(rows.get(0).getList(3)).hasSize(32);
    assertThat(rows.get(2).isNullAt(3)).isTrue();
  }

  @Test
  void readsLinesOfTextAndReplacesTheOutputOnlyWhenAsked() throws IOException {
    Path lines = Files.writeString(folder.resolve("lines.txt"), "One.\nTwo words.\n");

    assertThat(embed(lines, "--format", "json")).as(said).isZero();
    assertThat(read("json")).hasSize(2);
    assertThat(embed(lines)).isEqualTo(2);
    assertThat(said).contains("simcse: Spark refused the job: ", "already exists");
    assertThat(embed(lines, "--overwrite", "--partitions", "2")).as(said).isZero();
    assertThat(read("parquet")).hasSize(2);
  }

  @Test
  void aRowThatCannotBeEmbeddedIsNamedInOneLine() throws IOException {
    Path json =
        Files.writeString(
            folder.resolve("rows.jsonl"), "{\"id\": 7, \"text\": \"a\"}\n{\"id\": 8}\n");

    assertThat(embed(json, "--key-column", "id")).isEqualTo(1);
    assertThat(said)
        .isEqualTo(
            "simcse: The row '8' of partition 0 has no text: it is null. Leave such rows out, or give them a null vector with --on-error null.\n");
    assertThat(folder.resolve("out").resolve("_SUCCESS")).doesNotExist();
  }

  @Test
  void whatIsMisusedIsToldInOneLine() throws IOException {
    Path text = Files.writeString(folder.resolve("a.txt"), "a\n");

    assertThat(run("--input", "a.txt")).isEqualTo(2);
    assertThat(said).isEqualTo("simcse: Missing required option: '--output=PATH'. See --help.\n");
    assertThat(embed(text, "--backend", "jax")).isEqualTo(2);
    assertThat(said).contains("'jax'").contains("reference");
    assertThat(embed(Files.copy(text, folder.resolve("data")))).isEqualTo(2);
    assertThat(said).contains("tells no format; add --input-format");
    assertThat(embed(text, "--batch-tokens", "0")).isEqualTo(2);
    assertThat(embed(text, "--text-column", "b", "--input-format", "csv")).isEqualTo(2);
    assertThat(said).contains("There is no column 'b'; there are a.");
    assertThat(embed(folder.resolve("none.csv"))).isEqualTo(2);
    assertThat(said).contains("none.csv");
  }
}
