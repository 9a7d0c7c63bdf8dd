package org.simcse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code simcse evaluate --tasks transfer}, on a tiny model and a few texts. */
class TransferTasksTest {
  @TempDir private Path directory;

  private final ByteArrayOutputStream errors = new ByteArrayOutputStream();

  @BeforeEach
  void writeTasks() throws IOException {
    Files.createDirectories(directory.resolve("CR"));
    Files.createDirectories(directory.resolve("STS/STSBenchmark"));
    StringBuilder good = new StringBuilder();
    StringBuilder bad = new StringBuilder();
    for (int i = 0; i < 12; i++) {
      good.append("a good thing ").append(i).append('\n');
      bad.append("it broke ").append(i).append('\n');
    }
    Files.writeString(directory.resolve("CR/custrev.pos"), good);
    Files.writeString(directory.resolve("CR/custrev.neg"), bad);
    Files.writeString(
        directory.resolve("STS/STSBenchmark/sts-test.csv"),
        "g\tf\ty\t1\t5\ta dog\ta hound\ng\tf\ty\t2\t1\ta dog\tthe news of today\n");
  }

  private int evaluate(String... flags) throws IOException {
    List<String> words = new ArrayList<>(List.of("evaluate", "--data", directory.toString()));
    words.addAll(List.of("-o", output().toString()));
    words.addAll(List.of("--model", Models.tinyBert(directory).toString()));
    words.addAll(List.of(flags));
    if (!words.contains("--pooler")) {
      words.addAll(List.of("--pooler", "avg")); // which that directory does not say
    }
    return Main.run(
        new ByteArrayOutputStream(),
        new PrintWriter(errors, true, StandardCharsets.UTF_8),
        words.toArray(String[]::new));
  }

  private Path output() {
    return directory.resolve("results");
  }

  private String written() throws IOException {
    return Files.readString(output());
  }

  @Test
  void otherFilesThanSentEvalsAreRefusedWithTheOptionThatAcceptsThem() throws IOException {
    assertThat(evaluate("--tasks", "CR")).isEqualTo(2);
    assertThat(errors.toString(StandardCharsets.UTF_8))
        .contains("CR/custrev.neg has", "CR/custrev.pos has", "with --allow-other-data");
  }

  @Test
  void resultsAreATableOrJson() throws IOException {
    String[] flags = {"--tasks", "cr", "--mode", "fasttest", "--allow-other-data"};
    assertThat(evaluate(flags)).isZero();
    assertThat(written())
        .startsWith("Transfer, test: accuracy x 100; 5 folds, RMSprop, seed 1111\n")
        .contains("24 distinct texts of transfer tasks were embedded, for 24 in all.");

    String[] json = {"--tasks", "cr", "--mode", "dev", "--allow-other-data", "--format", "json"};
    assertThat(evaluate(json)).isZero();
    JsonNode transfer = new ObjectMapper().readTree(written()).get("transfer");
    assertThat(transfer.get("optimizer").asText()).isEqualTo("rmsprop");
    JsonNode model = transfer.get("models").get(0);
    JsonNode task = model.get("tasks").get(0);
    assertThat(task.get("task").asText()).isEqualTo("CR");
    assertThat(task.get("dev_size").asInt()).isEqualTo(24);
    assertThat(task.has("f1")).isFalse();
    assertThat(model.get("average").asDouble()).isEqualTo(task.get("dev_accuracy").asDouble());
  }

  @Test
  void stsAndTransferTasksAreEvaluatedTogether() throws IOException {
    assertThat(
            evaluate(
                "--tasks",
                "STS-B,CR",
                "--mode",
                "fasttest",
                "--allow-other-data",
                "--format",
                "csv"))
        .isZero();
    assertThat(written().lines().map(line -> line.replaceFirst("^.*,cls,", "")))
        .satisfiesExactly(
            header ->
                assertThat(header)
                    .isEqualTo(
                        "model,pooler,task,subset,pairs,pearson,spearman,dev_accuracy,accuracy,f1,dev_size,test_size"),
            sts -> assertThat(sts).contains(",avg,STS-B,test,2,").endsWith(",,,,,"),
            cr -> assertThat(cr).matches(".*,avg,CR,,,,,[01]\\.\\d+,[01]\\.\\d+,,24,24"));
  }

  @Test
  void whatFitsStsAloneIsRefused() throws IOException {
    assertThat(evaluate("--tasks", "CR", "--allow-other-data", "--pooler", "all")).isEqualTo(2);
    assertThat(evaluate("--tasks", "CR", "--allow-other-data", "--plot", "a.png")).isEqualTo(2);
    assertThat(errors.toString(StandardCharsets.UTF_8))
        .contains("--pooler all compares poolers on STS tasks alone; choose one")
        .contains("--plot draws STS tasks; choose some beside those.");
  }
}
