package org.simcse.tests.facade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.simcse.api.error.InvalidInputException;
import org.simcse.api.error.TrainingException;
import org.simcse.api.error.UnknownProviderException;
import org.simcse.core.train.OutputMode;
import org.simcse.core.train.StepReport;
import org.simcse.core.train.Trainer;
import org.simcse.core.train.TrainingConfig;
import org.simcse.core.train.TrainingListener;
import org.simcse.core.train.TrainingPlan;
import org.simcse.core.weights.Checkpoint;
import org.simcse.tests.golden.GoldenFiles;

/** Training over the ranks that a chosen gather joins, on the reference backend. */
class RanksTest {
  private static final Executor THREADS = task -> new Thread(task).start();

  @TempDir private Path folder = Path.of("");

  private TrainingConfig config(String... settings) throws IOException {
    Path model = Files.createDirectories(folder.resolve("model"));
    GoldenFiles.copyModel("tiny-bert", model);
    Path texts =
        Files.writeString(
            folder.resolve("texts.csv"),
            "anchor,positive\na,b\nthe cat,it\nsome dog,that\nmy friend,he\none,two\n");
    Map<String, String> all = new HashMap<>();
    all.put("model", model.toString());
    all.put("train-file", texts.toString());
    all.put("backend", "reference");
    all.put("pooler", "cls");
    all.put("batch-size", "5");
    all.put("max-steps", "3");
    all.put("learning-rate", "1e-3");
    all.put("dropout", "0.1");
    all.put("dropout-rng", "portable");
    for (int i = 0; i < settings.length; i += 2) {
      all.put(settings[i], settings[i + 1]);
    }
    return TrainingConfig.defaults().with(all);
  }

  private static List<Double> train(TrainingConfig config, Path output) {
    List<Double> losses = new ArrayList<>();
    try (Trainer trainer = TrainingPlan.of(config, output, OutputMode.NEW, List.of()).open()) {
      trainer
          .listen(
              new TrainingListener() {
                @Override
                public void stepped(StepReport step) {
                  losses.add(step.loss());
                }
              })
          .train();
    }
    return losses;
  }

  /** Rank 0's losses; both ranks write to the same place. */
  private List<Double> trainTwo(Path output, String... settings) throws IOException {
    LoopbackProvider.renew();
    TrainingConfig both = config(settings);
    CompletableFuture<List<Double>> other =
        CompletableFuture.supplyAsync(
            () -> train(both.with("gather", "loopback:rank=1"), output), THREADS);
    List<Double> losses = train(both.with("gather", "loopback:rank=0"), output);
    assertThat(other.join()).isEqualTo(losses);
    return losses;
  }

  @Test
  void twoRanksTrainTheModelThatOneTrains() throws IOException {
    Path alone = folder.resolve("alone");
    Path together = folder.resolve("together");
    List<Double> expected = train(config(), alone);
    List<Double> losses = trainTwo(together);
    assertThat(losses).hasSize(3);
    for (int i = 0; i < 3; i++) {
      assertThat(losses.get(i)).isCloseTo(expected.get(i), within(1e-6));
    }
    try (Checkpoint one = Checkpoint.open(alone.resolve("last/model.safetensors"));
        Checkpoint two = Checkpoint.open(together.resolve("last/model.safetensors"))) {
      for (String name : one.names()) {
        assertThat(two.read(name).toDoubles())
            .as(name)
            .containsExactly(one.read(name).toDoubles(), within(1e-5));
      }
    }
    try (var written = Files.list(together)) {
      assertThat(written.map(path -> path.getFileName().toString()))
          .contains("last", "best", "metrics.jsonl", "manifest.json");
    }
    assertThat(Files.readAllLines(together.resolve("curves.csv"))).hasSize(2);
  }

  @Test
  void theMeanOfTheGradientsTrainsAnotherModel() throws IOException {
    assertThat(trainTwo(folder.resolve("mean"), "gradient-reduction", "mean", "max-grad-norm", "9"))
        .isNotEqualTo(trainTwo(folder.resolve("sum"), "max-grad-norm", "9"));
  }

  @Test
  void aRankThatFailsEndsTheOther() throws IOException {
    LoopbackProvider.renew();
    TrainingConfig both = config();
    Path output = folder.resolve("run");
    CompletableFuture<List<Double>> other =
        CompletableFuture.supplyAsync(
            () -> train(both.with("gather", "loopback:rank=1"), output), THREADS);
    TrainingPlan plan =
        TrainingPlan.of(both.with("gather", "loopback:rank=0"), output, OutputMode.NEW, List.of());
    try (Trainer trainer = plan.open()) {
      trainer.listen(
          new TrainingListener() {
            @Override
            public void stepped(StepReport step) {
              throw new IllegalStateException("rank 0 has a fault");
            }
          });
      assertThatThrownBy(trainer::train).hasMessage("rank 0 has a fault");
    }
    assertThatThrownBy(other::join)
        .isInstanceOf(CompletionException.class)
        .hasMessageContaining("rank 0 has a fault");
  }

  @Test
  void severalRanksAccumulateNoGradients() throws IOException {
    LoopbackProvider.renew();
    TrainingConfig config = config("gather", "loopback", "gradient-accumulation", "2");
    assertThatThrownBy(() -> train(config, folder.resolve("run")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("gradient-accumulation is 2, but several ranks");
  }

  @Test
  void aGatherThatIsNotThereIsRefusedBeforeAnythingBegins() throws IOException {
    TrainingConfig config = config("gather", "mpi:hosts=2");
    assertThatThrownBy(
            () -> TrainingPlan.of(config, folder.resolve("run"), OutputMode.NEW, List.of()))
        .isInstanceOf(UnknownProviderException.class)
        .hasMessageContainingAll("no gather named 'mpi'", "local", "loopback");
    assertThatThrownBy(() -> train(config("gather", "local:hosts=2"), folder.resolve("run")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("The gather 'local' has no option 'hosts'; it has none.");
  }

  @Test
  void howGradientsAreJoinedIsToldToMatterOnlyWithRanks() throws IOException {
    TrainingPlan plan =
        TrainingPlan.of(
            config("gradient-reduction", "mean"), folder.resolve("run"), OutputMode.NEW, List.of());
    assertThat(plan.warnings())
        .anyMatch(note -> note.contains("gradient-reduction changes nothing"));
  }

  /** Ranks embed their share of an evaluation's texts. */
  @Test
  void ranksEvaluateAsOneDoes() throws IOException {
    Path pairs =
        Files.writeString(
            folder.resolve("pairs.csv"),
            "sentence1,sentence2,score\na,b,1\nthe cat,a cat,5\nsome dog,my friend,2\n");
    train(config("eval-file", pairs.toString()), folder.resolve("alone"));
    trainTwo(folder.resolve("together"), "eval-file", pairs.toString());
    Map<String, Double> alone = evaluated(folder.resolve("alone"));
    Map<String, Double> together = evaluated(folder.resolve("together"));
    assertThat(together.keySet()).isEqualTo(alone.keySet()).contains("eval_uniformity");
    alone.forEach(
        (metric, value) ->
            assertThat(together.get(metric)).as(metric).isCloseTo(value, within(1e-5)));
  }

  private static Map<String, Double> evaluated(Path output) throws IOException {
    Map<String, Double> metrics = new HashMap<>();
    String last = Files.readString(output.resolve("metrics.jsonl")).lines().reduce("", (a, b) -> b);
    Pattern.compile("\"(eval_[a-z]+)\":([-.0-9E]+)")
        .matcher(last)
        .results()
        .forEach(found -> metrics.put(found.group(1), Double.valueOf(found.group(2))));
    return metrics;
  }

  @Test
  void ranksWithOtherParametersAreNamed() throws IOException {
    LoopbackProvider.renew();
    TrainingConfig both = config("fresh-encoder", "1x32"); // whose weights follow from the seed
    Path output = folder.resolve("run");
    CompletableFuture<List<Double>> other =
        CompletableFuture.supplyAsync(
            () -> train(both.with("gather", "loopback:rank=1").with("seed", 7), output), THREADS);
    assertThatThrownBy(() -> train(both.with("gather", "loopback:rank=0"), output))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("After step 0 the parameters of the ranks [1]");
    assertThatThrownBy(other::join).isInstanceOf(CompletionException.class);
  }

  @Test
  void anotherNumberOfRanksResumesOnlyIfTold() throws IOException {
    Path output = folder.resolve("run");
    trainTwo(output);
    TrainingConfig alone = config("gather", "loopback:rank=0");
    LoopbackProvider.alone();
    assertThatThrownBy(() -> resume(alone, output, OutputMode.RESUME))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("began with 2 ranks and would continue with 1");
    LoopbackProvider.alone();
    resume(alone, output, OutputMode.RESHARD);
  }

  private static void resume(TrainingConfig config, Path output, OutputMode how) {
    try (Trainer trainer = TrainingPlan.of(config, output, how, List.of()).open()) {
      trainer.train();
    }
  }
}
