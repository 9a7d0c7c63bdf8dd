package org.simcse.tests.facade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.simcse.api.error.InvalidInputException;
import org.simcse.core.io.Sha256;
import org.simcse.core.train.OutputMode;
import org.simcse.core.train.Trainer;
import org.simcse.core.train.TrainingConfig;
import org.simcse.core.train.TrainingPlan;

/** The life of a trainer, as a Java program sees it. */
class TrainerTest {
  @TempDir private Path folder = Path.of("");

  private Trainer open() throws IOException {
    Path file = Files.writeString(folder.resolve("rows.txt"), "a man\na dog\nmy cat\nthe sun\n");
    TrainingConfig config =
        TrainingConfig.defaults()
            .with(
                Map.of(
                    "backend", "reference",
                    "fresh-encoder", "1x32",
                    "batch-size", "2",
                    "max-steps", "1",
                    "train-file", file.toString()));
    return TrainingPlan.of(config, folder.resolve("out"), OutputMode.NEW, List.of()).open();
  }

  @Test
  void trainsOnce() throws IOException {
    try (Trainer trainer = open()) {
      assertThat(trainer.train().steps()).isEqualTo(1);
      assertThatThrownBy(trainer::train)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "The trainer of %s has trained already; open another, which may resume the run.",
              folder.resolve("out"));
      assertThat(Files.readAllLines(folder.resolve("out/metrics.jsonl"))).hasSize(1);
    }
  }

  @Test
  void writesACardBesideTheModel() throws IOException {
    try (Trainer trainer = open()) {
      trainer.train();
    }
    String sha256 = sha256(folder.resolve("rows.txt"));
    assertThat(folder.resolve("out/best/README.md"))
        .hasSameTextualContentAs(folder.resolve("out/last/README.md"))
        .content()
        .startsWith("---\nlibrary_name: sentence-transformers\n")
        .contains("vector of 32 numbers", "| pooler | `avg` |", "in training alone")
        .contains("after step 1 of a run", "| train-file | " + sha256 + " |")
        .contains("| seed | `42` |", "| train-file | `rows.txt` |", "| engine | reference")
        .doesNotContain(folder.toString(), "development sets");
  }

  private static String sha256(Path file) throws IOException {
    return HexFormat.of().formatHex(Sha256.digest().digest(Files.readAllBytes(file)));
  }

  @Test
  void doesNotTrainAfterItIsClosed() throws IOException {
    Trainer trainer = open();
    trainer.close();
    assertThatThrownBy(trainer::train)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("The trainer of %s is closed;", folder.resolve("out"));
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void withoutEvaluationTheLastStepIsTheBest() throws IOException {
    try (Trainer trainer = open()) {
      assertThat(trainer.train().bestStep()).isEqualTo(1);
    }
  }

  @Test
  void rowsThatCannotShareABatchAreTold() throws IOException {
    assertThatThrownBy(() -> distinct("a,b\na,c\na,d\na,e\n", 2))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("All 4 rows", "every batch has 1 row");
    assertThat(distinct("a,b\na,c\na,d\nx,y\n", 2).warnings())
        .anyMatch(
            warning ->
                warning.contains("One text is in 3 rows")
                    && warning.contains("of the 2 batches of an epoch at least 1 rows"));
    assertThat(distinct("a,b\na,c\nx,d\nx,y\n", 2).warnings())
        .noneMatch(warning -> warning.contains("left out"));
  }

  private TrainingPlan distinct(String rows, int batch) throws IOException {
    Path file = Files.writeString(folder.resolve("rows.csv"), "anchor,positive\n" + rows);
    TrainingConfig config =
        TrainingConfig.defaults()
            .with(
                Map.of(
                    "backend", "reference",
                    "fresh-encoder", "1x32",
                    "batching", "no-duplicates",
                    "batch-size", String.valueOf(batch),
                    "train-file", file.toString()));
    return TrainingPlan.of(config, folder.resolve("out"), OutputMode.NEW, List.of());
  }
}
