package org.simcse.tests.facade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.simcse.api.error.CheckpointException;
import org.simcse.api.error.InvalidInputException;
import org.simcse.core.evaluate.Spread;
import org.simcse.core.modeldir.ModelSource;
import org.simcse.core.train.OutputMode;
import org.simcse.core.train.SeedResult;
import org.simcse.core.train.SeedRuns;
import org.simcse.core.train.StepReport;
import org.simcse.core.train.Trainer;
import org.simcse.core.train.TrainingConfig;
import org.simcse.core.train.TrainingListener;
import org.simcse.core.train.TrainingPlan;
import org.simcse.core.train.TrainingResult;

/** Runs with several seeds, as a Java program starts and resumes them. */
class SeedRunsTest {
  @TempDir private Path folder = Path.of("");

  private TrainingConfig config() throws IOException {
    Path rows =
        Files.writeString(folder.resolve("rows.txt"), "a man\na dog\nmy cat\nthe sun\na bird\n");
    Path pairs =
        Files.writeString(
            folder.resolve("pairs.csv"),
            "sentence1,sentence2,score\na,b,1\nc,d,5\na man,a dog,3\n");
    return TrainingConfig.defaults()
        .with(
            Map.of(
                "backend", "reference",
                "fresh-encoder", "1x32",
                "pooler", "avg",
                "learning-rate", "1e-3",
                "batch-size", "2",
                "max-steps", "3",
                "save-steps", "1",
                "train-file", rows.toString(),
                "eval-file", pairs.toString()));
  }

  private SeedRuns runs(TrainingConfig config, OutputMode start, Long... seeds) {
    return SeedRuns.of(config, List.of(seeds), output(), start, List.of(), ModelSource.standard());
  }

  private Path output() {
    return folder.resolve("runs");
  }

  private static void train(SeedRuns runs) {
    for (long seed : runs.remaining()) {
      TrainingPlan plan = runs.plan(seed);
      runs.begin(plan, Optional.of("quickstart"));
      try (Trainer trainer = plan.open()) {
        runs.finish(seed, trainer.train(), Map.of("STS12", seed / 8.0));
      }
    }
  }

  private static byte[] weights(Path run) throws IOException {
    return Files.readAllBytes(run.resolve("last/model.safetensors"));
  }

  @Test
  void eachIsTheRunOfItsSeed() throws IOException {
    train(runs(config(), OutputMode.NEW, 7L, 3L));
    TrainingPlan alone =
        TrainingPlan.of(
            config().with("seed", 3), folder.resolve("alone"), OutputMode.NEW, List.of());
    try (Trainer trainer = alone.open()) {
      trainer.train();
    }
    assertThat(weights(output().resolve("seed-3"))).isEqualTo(weights(folder.resolve("alone")));
    assertThat(weights(output().resolve("seed-7"))).isNotEqualTo(weights(folder.resolve("alone")));
    assertThat(Files.readString(output().resolve("seed-3/last/training_state.json")))
        .isEqualTo(Files.readString(folder.resolve("alone/last/training_state.json")));
  }

  @Test
  void recordsResultsAndTheirSpread() throws IOException {
    train(runs(config(), OutputMode.NEW, 1L, 2L, 3L));
    SeedRuns read =
        runs(TrainingConfig.defaults().with(SeedRuns.settingsOf(output())), OutputMode.RESUME);
    assertThat(read.remaining()).isEmpty();
    assertThat(read.preset()).contains("quickstart");
    assertThat(read.results()).extracting(SeedResult::seed).containsExactly(1L, 2L, 3L);
    assertThat(read.spread(SeedResult::sts))
        .containsEntry("STS12", new Spread(3, 0.25, 0.125)); // over n - 1
    assertThat(read.spread(SeedResult::best)).containsKey("eval_alignment");
    assertThat(read.results().get(0).before()).isNotEmpty();
  }

  @Test
  void resumesTheRunThatWasStoppedAndRunsTheRest() throws IOException {
    SeedRuns begun = runs(config(), OutputMode.NEW, 1L, 2L);
    TrainingPlan first = begun.plan(1);
    begun.begin(first, Optional.empty());
    try (Trainer trainer = first.open()) {
      trainer.listen(
          new TrainingListener() {
            @Override
            public void stepped(StepReport step) {
              trainer.stop();
            }
          });
      TrainingResult stopped = trainer.train();
      assertThat(stopped.interrupted()).isTrue();
      assertThat(stopped.steps()).isEqualTo(1);
    }
    SeedRuns resumed = runs(config(), OutputMode.RESUME);
    assertThat(resumed.remaining()).containsExactly(1L, 2L);
    train(resumed);
    byte[] weights = weights(output().resolve("seed-1"));
    train(runs(config(), OutputMode.OVERWRITE, 1L));
    assertThat(weights(output().resolve("seed-1"))).isEqualTo(weights);
    assertThat(output().resolve("seed-2")).doesNotExist(); // of the runs that were replaced
  }

  @Test
  void takesMoreSeedsWhenResumed() throws IOException {
    train(runs(config(), OutputMode.NEW, 1L));
    SeedRuns more = runs(config(), OutputMode.RESUME, 1L, 2L);
    assertThat(more.remaining()).containsExactly(2L);
    train(more);
    assertThat(more.results()).hasSize(2);
    assertThatThrownBy(() -> runs(config(), OutputMode.RESUME, 2L, 3L))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("have the seeds 1 too");
  }

  @Test
  void rejectsWhatDoesNotBelongTogether() throws IOException {
    assertThatThrownBy(() -> runs(config(), OutputMode.NEW, 1L, 2L, 1L))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("The seed 1 is there twice");
    assertThatThrownBy(() -> runs(config(), OutputMode.RESUME))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("no seeds.json");
    assertThatThrownBy(() -> runs(config().with("gather", "mpi"), OutputMode.NEW, 1L))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("gather is mpi");
    train(runs(config(), OutputMode.NEW, 1L));
    assertThatThrownBy(() -> runs(config(), OutputMode.NEW, 1L))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("not empty");
    assertThatThrownBy(() -> runs(config().with("batch-size", 4), OutputMode.RESUME, 1L, 2L))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("batch-size was 2 and is 4");
    TrainingConfig more = config().with("eval-data", evaluationData().toString());
    assertThatThrownBy(() -> runs(more, OutputMode.RESUME, 1L, 2L).plan(2))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("began without eval_sickr_spearman");
    TrainingConfig changed = config();
    Files.writeString(folder.resolve("rows.txt"), "another\nfile\naltogether\n");
    assertThatThrownBy(() -> runs(changed, OutputMode.RESUME, 1L, 2L).plan(2))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("train-file is not what the run began with");
  }

  private Path evaluationData() throws IOException {
    Path data = Files.createDirectories(folder.resolve("data/SICK"));
    Files.writeString(
        data.resolve("SICK_trial.txt"),
        "pair_ID\tsentence_A\tsentence_B\tscore\tjudgment\n1\ta b\tb a\t4\tx\n2\ta c\td\t1\tx\n");
    return folder.resolve("data");
  }

  @Test
  void saysWhatItNeedsOfDamagedFiles() throws IOException {
    train(runs(config().with("max-steps", 1), OutputMode.NEW, 1L));
    Path weights = output().resolve("seed-1/last/model.safetensors");
    Files.writeString(output().resolve("seeds.json"), seedsWithoutResults());
    Files.write(weights, new byte[] {1});
    SeedRuns damaged = runs(config().with("max-steps", 1), OutputMode.RESUME);
    assertThatThrownBy(() -> damaged.plan(1))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("delete %s and resume", output().resolve("seed-1"));
    Files.writeString(output().resolve("seeds.json"), "{}");
    assertThatThrownBy(() -> runs(config(), OutputMode.RESUME))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("no JSON object with seeds, settings, sha256 and runs");
  }

  private String seedsWithoutResults() throws IOException {
    return Files.readString(output().resolve("seeds.json"))
        .replaceAll("(?s)\"runs\" : \\[.*\\]", "\"runs\" : []");
  }

  @Test
  void anUndefinedFigureIsNullInTheFile() throws IOException {
    SeedRuns runs = runs(config().with("max-steps", 1), OutputMode.NEW, 1L);
    TrainingPlan plan = runs.plan(1);
    runs.begin(plan, Optional.empty());
    try (Trainer trainer = plan.open()) {
      runs.finish(1, trainer.train(), Map.of("STS12", Double.NaN));
    }
    assertThat(output().resolve("seeds.json")).content().contains("\"STS12\" : null");
    SeedRuns read = runs(config().with("max-steps", 1), OutputMode.RESUME);
    assertThat(read.results().get(0).sts()).containsEntry("STS12", Double.NaN);
  }
}
