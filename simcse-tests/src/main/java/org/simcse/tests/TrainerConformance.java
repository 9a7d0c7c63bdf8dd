package org.simcse.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.simcse.api.error.TrainingException;
import org.simcse.core.SimCse;
import org.simcse.core.train.OutputMode;
import org.simcse.core.train.StepReport;
import org.simcse.core.train.Trainer;
import org.simcse.core.train.TrainingConfig;
import org.simcse.core.train.TrainingListener;
import org.simcse.core.train.TrainingPlan;
import org.simcse.core.train.TrainingResult;
import org.simcse.tests.golden.GoldenFiles;

/**
 * The trainer on a backend: runs repeat, resume, and stop when the loss diverges. Extend it and
 * name the backend; it needs nothing else. The author of a head that carries something from step to
 * step names that too, in {@link #settings}.
 *
 * @since 0.1.0
 */
public abstract class TrainerConformance {
  private static final List<String> SUBJECTS = List.of("the cat", "a dog", "my friend", "the cook");
  private static final List<String> VERBS = List.of("sees", "finds", "likes", "takes", "wants");

  @TempDir private Path folder;

  /** Returns the backend under test. */
  protected abstract TestEnvironment environment();

  /** Returns settings that differ from the kit's, such as a head's name: by default none. */
  protected Map<String, String> settings() {
    return Map.of();
  }

  private TrainingConfig config() throws IOException {
    Path model = Files.createDirectories(folder.resolve("model"));
    GoldenFiles.copyModel("tiny-bert", model);
    Path texts = folder.resolve("texts.csv");
    StringBuilder rows = new StringBuilder("anchor,positive\n");
    for (int i = 0; i < 40; i++) {
      String verb = VERBS.get(i % VERBS.size());
      rows.append(SUBJECTS.get(i % SUBJECTS.size()) + " " + verb + " thing " + i + ",")
          .append("it " + verb + " number " + i + "\n");
    }
    Files.writeString(texts, rows);
    return TrainingConfig.defaults()
        .with(
            Map.of(
                "model", model.toString(),
                "pooler", "cls",
                "train-file", texts.toString(),
                "backend", environment().provider().name(),
                "device", "cpu",
                "threads", "2",
                "batch-size", "8",
                "epochs", "2",
                "learning-rate", "1e-3",
                "dropout", "0.1"))
        .with(settings());
  }

  private static TrainingResult train(
      TrainingConfig config, Path output, OutputMode start, TrainingListener... listeners) {
    TrainingPlan plan = TrainingPlan.of(config, output, start, List.of());
    try (Trainer trainer = plan.open()) {
      for (TrainingListener listener : listeners) {
        trainer.listen(listener);
      }
      return trainer.train();
    }
  }

  private static void assertSame(String file, Path one, Path other) {
    assertThat(one.resolve("last").resolve(file))
        .hasSameBinaryContentAs(other.resolve("last").resolve(file));
  }

  /** The same settings give the same bits. If this fails, look for shared random state. */
  @Rule("T-01")
  @Test
  public void aRunRepeatsBitForBit() throws IOException {
    train(config(), folder.resolve("one"), OutputMode.NEW);
    train(config(), folder.resolve("two"), OutputMode.NEW);
    assertSame("model.safetensors", folder.resolve("one"), folder.resolve("two"));
  }

  /** A run that was stopped and resumed ends in the same bits as one that was not. */
  @Rule("T-02")
  @Test
  public void aResumedRunEndsInTheSameBits() throws IOException {
    train(config(), folder.resolve("whole"), OutputMode.NEW);
    Path output = folder.resolve("stopped");
    TrainingPlan plan = TrainingPlan.of(config(), output, OutputMode.NEW, List.of());
    try (Trainer trainer = plan.open()) {
      TrainingResult result =
          trainer
              .listen(
                  new TrainingListener() {
                    @Override
                    public void stepped(StepReport step) {
                      if (step.step() == 3) {
                        trainer.stop();
                      }
                    }
                  })
              .train();
      assertThat(result.interrupted()).isTrue();
      assertThat(result.steps()).isEqualTo(3);
    }
    TrainingResult resumed = train(config(), output, OutputMode.RESUME);
    assertThat(resumed.steps()).isEqualTo(10);
    assertThat(resumed.interrupted()).isFalse();
    assertSame("model.safetensors", output, folder.resolve("whole"));
    assertSame("optimizer.safetensors", output, folder.resolve("whole"));
    if (Files.exists(output.resolve("last/memory.safetensors"))) {
      assertSame("memory.safetensors", output, folder.resolve("whole"));
    }
    // A line is the mean of ten steps, some of them before the stop.
    assertThat(log(output)).isEqualTo(log(folder.resolve("whole")));
  }

  /** Returns the lines of a run's log, without its speed. */
  private static List<String> log(Path output) throws IOException {
    return Files.readAllLines(output.resolve("metrics.jsonl")).stream()
        .map(line -> line.replaceAll("\"rows_per_second\":[^,}]*", ""))
        .toList();
  }

  /** Related rows become more similar. */
  @Rule("T-03")
  @Test
  public void theLossFalls() throws IOException {
    List<Double> losses = new ArrayList<>();
    train(
        config().with(Map.of("epochs", "4", "schedule", "constant", "mlp", "none", "dropout", "0")),
        folder.resolve("falls"),
        OutputMode.NEW,
        new TrainingListener() {
          @Override
          public void stepped(StepReport step) {
            losses.add(step.loss());
          }
        });
    double first = losses.subList(0, 5).stream().mapToDouble(x -> x).average().orElseThrow();
    double last =
        losses.subList(losses.size() - 5, losses.size()).stream()
            .mapToDouble(x -> x)
            .average()
            .orElseThrow();
    assertThat(last).isLessThan(0.8 * first);
  }

  /** A run whose loss diverges stops, and reports the step. */
  @Rule("T-04")
  @Test
  public void aLossThatIsNoNumberStopsTheRun() throws IOException {
    TrainingConfig config = config().with("learning-rate", "1e308");
    assertThatThrownBy(() -> train(config, folder.resolve("diverged"), OutputMode.NEW))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("Step ")
        .hasMessageContaining("texts.csv")
        .hasMessageContaining("begin at the lines");
  }

  /**
   * The saved model embeds as the trained one, and the trained one differs from the initial one.
   */
  @Rule("T-05")
  @Test
  public void theSavedModelOpens() throws IOException {
    Path output = folder.resolve("saved");
    TrainingConfig config = config();
    train(config, output, OutputMode.NEW);
    float[] trained = embed(output.resolve("last"));
    float[] again = embed(output.resolve("best"));
    float[] before = embed(Path.of(config.get("model").orElseThrow()));
    assertThat(again).isEqualTo(trained);
    assertThat(trained).isNotEqualTo(before);
  }

  private float[] embed(Path model) {
    try (SimCse simcse =
        SimCse.builder()
            .backend(environment().provider().name())
            .model(model)
            .pooler("cls_before_pooler")
            .threads(2)
            .open()) {
      return simcse.embed("the cat sees it");
    }
  }

  /** Gradient accumulation is the mean over batches: of equal ones, as of one. */
  @Rule("T-06")
  @Test
  public void accumulatedBatchesAreAveraged() throws IOException {
    List<StepReport> steps = new ArrayList<>();
    TrainingResult result =
        train(
            config().with("gradient-accumulation", 5),
            folder.resolve("accumulated"),
            OutputMode.NEW,
            new TrainingListener() {
              @Override
              public void stepped(StepReport step) {
                steps.add(step);
              }
            });
    assertThat(result.steps()).isEqualTo(2);
    assertThat(steps).allSatisfy(step -> assertThat(step.rows()).isEqualTo(40));
  }

  private Path scored() throws IOException {
    return Files.writeString(
        folder.resolve("scored.csv"),
        "one,two,score\nthe cat sees thing 1,it sees number 1,5\na dog finds thing 2,it wants number 9,1\nmy friend likes it,the cook takes it,2\n");
  }

  /** Evaluation does not change the run, and determines the best model. */
  @Rule("T-07")
  @Test
  public void evaluationLeavesTheRunAsItIs() throws IOException {
    train(config(), folder.resolve("blind"), OutputMode.NEW);
    TrainingResult seen =
        train(
            config().with(Map.of("eval-file", scored().toString(), "eval-steps", "3")),
            folder.resolve("seen"),
            OutputMode.NEW);
    assertSame("model.safetensors", folder.resolve("blind"), folder.resolve("seen"));
    assertThat(seen.before()).containsKeys("eval_spearman", "eval_alignment", "eval_uniformity");
    assertThat(seen.bestStep()).isPositive();
    assertThat(folder.resolve("seen").resolve("best")).isDirectoryContaining("glob:**/config.json");
  }

  /** A run ends when evaluations stop improving. */
  @Rule("T-08")
  @Test
  public void aRunThatGetsNoBetterStopsEarly() throws IOException {
    TrainingResult result =
        train(
            config()
                .with(
                    Map.of(
                        "eval-file", scored().toString(),
                        "eval-steps", "1",
                        "early-stopping", "2",
                        "learning-rate", "1e-30")),
            folder.resolve("early"),
            OutputMode.NEW);
    assertThat(result.steps()).isEqualTo(3);
    assertThat(result.bestStep()).isEqualTo(1);
    assertThat(result.interrupted()).isFalse();
  }

  /** With portable dropout a batch split into micro-batches trains like the whole batch. */
  @Rule("T-09")
  @Test
  public void microBatchesTrainAsTheWholeBatchDoes() throws IOException {
    TrainingConfig portable = config().with("dropout-rng", "portable").with("max-steps", 3);
    List<Double> whole = losses(portable, "whole-batch");
    List<Double> cut = losses(portable.with("micro-batch", 3), "micro-batches");
    for (int i = 0; i < whole.size(); i++) {
      assertThat(cut.get(i))
          .as("loss of step %d", i + 1)
          .isCloseTo(whole.get(i), within(1e-4 * whole.get(i)));
    }
  }

  private List<Double> losses(TrainingConfig config, String output) {
    List<Double> losses = new ArrayList<>();
    train(
        config,
        folder.resolve(output),
        OutputMode.NEW,
        new TrainingListener() {
          @Override
          public void stepped(StepReport step) {
            losses.add(step.loss());
          }
        });
    return losses;
  }

  /** The state of a listener is saved in the checkpoint and restored from it. */
  @Rule("T-10")
  @Test
  public void aListenersStateComesBack() throws IOException {
    class Counter implements TrainingListener {
      long steps;

      @Override
      public String name() {
        return "counter";
      }

      @Override
      public void stepped(StepReport step) {
        steps++;
      }

      @Override
      public Map<String, String> state() {
        return Map.of("steps", String.valueOf(steps));
      }

      @Override
      public void restore(Map<String, String> state) {
        steps = Long.parseLong(state.getOrDefault("steps", "0"));
      }
    }

    Path output = folder.resolve("counted");
    Counter first = new Counter();
    TrainingPlan plan = TrainingPlan.of(config(), output, OutputMode.NEW, List.of());
    try (Trainer trainer = plan.open()) {
      trainer
          .listen(first)
          .listen(
              new TrainingListener() {
                @Override
                public void stepped(StepReport step) {
                  if (step.step() == 4) {
                    trainer.stop();
                  }
                }
              })
          .train();
    }
    Counter second = new Counter();
    train(config(), output, OutputMode.RESUME, second);
    assertThat(second.steps).isEqualTo(10);
  }

  /** A run that was killed while it replaced {@code best/} restores it on resume. */
  @Rule("T-11")
  @Test
  public void whatAKillLeftOfTheBestModelIsMended() throws IOException {
    Path output = folder.resolve("killed");
    train(config(), output, OutputMode.NEW);
    Files.move(output.resolve("best"), output.resolve("gone")); // saved as last/, and not as best/
    train(config(), output, OutputMode.RESUME);
    assertThat(output.resolve("best/model.safetensors"))
        .hasSameBinaryContentAs(output.resolve("last/model.safetensors"));
    TrainingConfig scored =
        config()
            .with(
                Map.of(
                    "eval-file", scored().toString(),
                    "eval-steps", "1",
                    "learning-rate", "1e-30"));
    Path other = folder.resolve("killed-later");
    assertThat(train(scored, other, OutputMode.NEW).bestStep()).isEqualTo(1);
    Files.move(other.resolve("best"), other.resolve(".best.old")); // between two names
    assertThat(train(scored, other, OutputMode.RESUME).bestStep()).isEqualTo(1);
    assertThat(other.resolve("best/model.safetensors")).exists();
  }

  /** The last evaluation is in the checkpoint, even if it follows the last step. */
  @Rule("T-12")
  @Test
  public void theLastEvaluationIsKept() throws IOException {
    TrainingConfig config =
        config()
            .with(Map.of("eval-file", scored().toString(), "eval-steps", "0", "save-steps", "5"));
    Path output = folder.resolve("evaluated");
    TrainingResult first = train(config, output, OutputMode.NEW);
    TrainingResult again = train(config, output, OutputMode.RESUME);
    assertThat(again.after()).isEqualTo(first.after()).isNotEqualTo(first.before());
    assertThat(again.bestStep()).isEqualTo(first.bestStep());
  }

  /** Evaluations truncate texts as the saved model does. */
  @Rule("T-13")
  @Test
  public void theSavedModelScoresAsTheEvaluationDid() throws IOException {
    String start = "the cat sees ".repeat(4);
    Path pairs =
        Files.writeString(
            folder.resolve("long.csv"),
            "one,two,score\n%smy friend,a dog,3\n%sthe cook,a dog,1\n%s,a dog,2\n"
                .formatted(start, start, "it wants it"));
    Path output = folder.resolve("long");
    TrainingResult result =
        train(
            config().with(Map.of("eval-file", pairs.toString(), "max-length", "8")),
            output,
            OutputMode.NEW);
    try (SimCse simcse =
        SimCse.builder()
            .backend(environment().provider().name())
            .model(output.resolve("last"))
            .threads(2)
            .open()) {
      List<float[]> vectors = simcse.embed(List.of(start + "my friend", start + "the cook"));
      assertThat(vectors.get(0)).isNotEqualTo(vectors.get(1));
    }
    assertThat(result.after().get("eval_spearman")).isFinite();
  }
}
