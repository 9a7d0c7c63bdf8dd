package org.simcse.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The packaged job on a cluster of two executors, against the vectors of PyTorch here. */
@Timeout(300)
class SparkSubmitIT {
  private static final Pattern EXECUTORS = Pattern.compile("loaded the model: ([^.]*)\\.");

  @TempDir static Path folder;
  static SparkSubmit spark;
  static Path model;

  @BeforeAll
  static void assemble() throws IOException {
    spark = SparkSubmit.in(folder);
    model = TinyBert.in(folder);
  }

  @Test
  void twoExecutorsLoadTheModelOnceEachAndGiveTheVectorsOfOneProcess() throws Exception {
    List<String> texts = TinyBert.texts(2000);
    Path output = folder.resolve("vectors");

    SparkSubmit.Running job =
        spark.start(
            "pytorch",
            List.of("--archives", zip(model) + "#shipped"),
            List.of(
                "--input",
                input(texts),
                "--output",
                output.toString(),
                "--model",
                "shipped",
                "--pooler",
                "avg",
                "--backend",
                "pytorch",
                "--partitions",
                "8"));

    assertThat(job.await()).as(job::output).isZero();
    assertThat(executors(job)).containsExactlyInAnyOrder("0", "1");
    assertVectors(output, texts);
  }

  @Test
  void aJobSurvivesTheDeathOfAnExecutor() throws Exception {
    List<String> texts = TinyBert.texts(20_000);
    Path output = folder.resolve("killed");
    SparkSubmit.Running job =
        spark.start(
            "tensorflow",
            List.of(),
            List.of(
                "--input",
                input(texts),
                "--output",
                output.toString(),
                "--model",
                model.toString(),
                "--pooler",
                "avg",
                "--backend",
                "tensorflow",
                "--batch-tokens",
                "1", // one text at a time, so that the job takes a while
                "--partitions",
                "40"));

    while (finishedTasks(output) < 4 && job.process().isAlive()) {
      Thread.sleep(50);
    }
    job.executors().get(0).destroyForcibly();

    assertThat(output.resolve("_SUCCESS")).doesNotExist();
    assertThat(job.await()).as(job::output).isZero();
    assertThat(job.output()).contains("Lost executor");
    assertVectors(output, texts);
  }

  private static long finishedTasks(Path output) {
    Path temporary = output.resolve("_temporary").resolve("0");
    if (!Files.isDirectory(temporary)) {
      return 0;
    }
    try (Stream<Path> entries = Files.list(temporary)) {
      return entries.filter(entry -> entry.getFileName().toString().startsWith("task_")).count();
    } catch (IOException e) {
      return 0; // the job has just ended
    }
  }

  private static List<String> executors(SparkSubmit.Running job) {
    Matcher matcher = EXECUTORS.matcher(job.output());
    assertThat(matcher.find()).as(job::output).isTrue();
    return List.of(matcher.group(1).split(", "));
  }

  private static String input(List<String> texts) throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      lines.add("{\"id\": %d, \"text\": \"%s\"}".formatted(i, texts.get(i)));
    }
    return Files.write(Files.createTempFile(folder, "texts", ".jsonl"), lines).toString();
  }

  private static Path zip(Path directory) throws IOException {
    Path zip = folder.resolve("model.zip");
    Files.deleteIfExists(zip);
    try (var files = FileSystems.newFileSystem(zip, Map.of("create", "true"));
        Stream<Path> entries = Files.list(directory)) {
      for (Path entry : entries.toList()) {
        Files.copy(entry, files.getPath("/" + entry.getFileName()));
      }
    }
    return zip;
  }

  private static void assertVectors(Path output, List<String> texts) {
    List<float[]> expected = TinyBert.vectors(model, "pytorch", texts);
    List<Row> rows = read(output);
    assertThat(rows).hasSameSizeAs(texts);
    for (int i = 0; i < texts.size(); i++) {
      assertThat(rows.get(i).getLong(0)).isEqualTo(i);
      SparkEmbeddingTest.assertVector(rows.get(i), expected.get(i));
    }
  }

  private static List<Row> read(Path output) {
    try (SparkSession session =
        SparkSession.builder().master("local[1]").config("spark.ui.enabled", false).getOrCreate()) {
      List<Row> rows =
          new ArrayList<>(
              session.read().parquet(output.toString()).select("id", "embedding").collectAsList());
      rows.sort(Comparator.comparing(row -> row.getLong(0)));
      return rows;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
