package org.simcse.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.simcse.core.SimCse;
import org.simcse.core.io.AtomicDirectory;
import org.simcse.core.train.OutputMode;
import org.simcse.core.train.Trainer;
import org.simcse.core.train.TrainingConfig;
import org.simcse.core.train.TrainingPlan;

/**
 * What the sentence-transformers of {@code interop.python} saves opens here with its vectors, and
 * what is trained and saved here opens there, and in transformers, with ours.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class InteropContract {
  private static final double TOLERANCE = 2e-5;

  /**
   * How far two steps of AdamW move a vector, with room: a step moves a weight by at most the
   * learning rate, 1e-5, and 3 layers sum up to 64 products of numbers about 1. What loses a part
   * of the model moves vectors further.
   */
  private static final double TWO_STEPS = 0.05;

  private final String backend;
  private final Path folder;
  private final StringBuilder report = new StringBuilder();

  InteropContract(String backend) {
    this.backend = backend;
    this.folder = Path.of("target", "interop", backend).toAbsolutePath();
  }

  /** A training run: the model that it starts from, and settings. */
  enum Saved {
    MEAN_WITHOUT_MLP("mean", "mlp=none"),
    MEAN_TRAIN_ONLY("mean", "mlp=train-only"),
    MEAN_TRAIN_AND_TEST("mean", "mlp=train-and-test"),
    CLS_TRAIN_ONLY("cls", "mlp=train-only"),
    CLS_TRAIN_AND_TEST("cls", "mlp=train-and-test"),
    ANOTHER_POOLER("mean", "mlp=train-and-test pooler=cls"),
    WEIGHTEDMEAN("weightedmean", "mlp=none"),
    LASTTOKEN("lasttoken", "mlp=none"),
    TWO_POOLINGS("two-poolings", "mlp=train-and-test"),
    TWO_POOLINGS_UNSORTED("two-poolings-unsorted", "mlp=none"),
    DENSE_RESIDUAL("dense-residual", "mlp=none"),
    DENSE_RESIDUAL_PROJECTED("dense-residual-projected", "mlp=train-only"),
    LAYER_NORM("layer-norm", "mlp=none"),
    CHAIN("chain", "mlp=none"),
    CHAIN_TRAIN_AND_TEST("chain", "mlp=train-and-test"),
    PROMPT("prompt", "mlp=none"),
    PROMPT_NOT_POOLED("prompt-not-pooled", "mlp=none"),
    LENGTH("length-64", "mlp=none"),
    DISTILBERT("distilbert", "mlp=none"),
    DISTILBERT_TRAIN_AND_TEST("distilbert", "mlp=train-and-test"),
    ROBERTA("roberta", "mlp=none"),
    XLM_ROBERTA("xlm-roberta", "mlp=train-and-test"),
    CAMEMBERT("camembert", "mlp=train-only");

    private final String model;
    private final String settings;

    Saved(String model, String settings) {
      this.model = model;
      this.settings = settings;
    }

    /** Whether what is saved has the parts of the model that training starts from, and no more. */
    private boolean sameParts() {
      return !settings.contains("pooler") && !settings.contains("train-and-test");
    }

    /** Whether a vector is the mean of the encoder's tokens, which transformers alone gives. */
    private boolean mean() {
      return List.of("mean", "length-64", "distilbert", "roberta", "xlm-roberta").contains(model)
          && sameParts();
    }
  }

  @BeforeAll
  void runBothSides() throws IOException, InterruptedException {
    AtomicDirectory.delete(folder);
    Python.run("make", folder);
    Path rows = folder.resolve("rows.csv");
    StringBuilder text = new StringBuilder("anchor,positive\n");
    for (int i = 0; i < 16; i++) {
      text.append("a man is reading %d,two dogs run %d\n".formatted(i, i));
    }
    Files.writeString(rows, text);
    for (Saved saved : Saved.values()) {
      Path output = folder.resolve("runs").resolve(saved.name());
      try (Trainer trainer =
          TrainingPlan.of(config(saved, rows), output, OutputMode.NEW, List.of()).open()) {
        trainer.train();
      }
      Files.createDirectories(folder.resolve("saved"));
      Files.move(output.resolve("last"), folder.resolve("saved").resolve(saved.name()));
    }
    Python.run("embed", folder.resolve("saved"));
  }

  private TrainingConfig config(Saved saved, Path rows) {
    Map<String, String> settings = new HashMap<>();
    for (String setting : saved.settings.split(" ", -1)) {
      String[] parts = setting.split("=", 2);
      settings.put(parts[0], parts[1]);
    }
    settings.put("model", folder.resolve("models").resolve(saved.model).toString());
    settings.put("train-file", rows.toString());
    settings.put("backend", backend);
    settings.put("batch-size", "8");
    settings.put("max-steps", "2");
    settings.put("learning-rate", "1e-5");
    return TrainingConfig.defaults().with(settings);
  }

  @AfterAll
  void show() {
    System.out.print(report);
  }

  List<String> made() throws IOException {
    try (Stream<Path> models = Files.list(folder.resolve("models"))) {
      return models.map(model -> model.getFileName().toString()).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("made")
  void whatSentenceTransformersSavesGivesItsVectors(String name) throws IOException {
    Path model = folder.resolve("models").resolve(name);
    assertClose("made " + name, embed(model), Python.vectors(model.resolve("vectors.json")));
  }

  @ParameterizedTest
  @EnumSource
  void whatIsSavedHereGivesTheSameVectorsThere(Saved saved) throws IOException {
    Path model = folder.resolve("saved").resolve(saved.name());
    Path error = model.resolve("error.txt");
    assertThat(error).as(() -> Python.read(error)).doesNotExist();
    float[][] ours = embed(model);
    float[][] before = embed(folder.resolve("models").resolve(saved.model));
    assertThat(ours[0]).as("training changed something").isNotEqualTo(before[0]);
    if (saved.sameParts()) {
      assertThat(largest(ours, before)).as("no part is lost").isLessThan(TWO_STEPS);
    }
    assertClose(
        "saved " + saved, ours, Python.vectors(model.resolve("sentence-transformers.json")));
    if (saved.mean()) {
      assertClose(
          "saved " + saved + ", AutoModel",
          ours,
          Python.vectors(model.resolve("auto-model-mean.json")));
    }
  }

  private float[][] embed(Path model) throws IOException {
    try (SimCse simcse = SimCse.builder().backend(backend).model(model).open()) {
      return simcse.embed(Python.texts(folder.resolve("texts.json"))).toArray(new float[0][]);
    }
  }

  private void assertClose(String name, float[][] actual, float[][] expected) {
    double largest = largest(actual, expected);
    report.append("%-10s  %-45s  %.1e%n".formatted(backend, name, largest));
    assertThat(largest).as(name).isLessThanOrEqualTo(TOLERANCE);
  }

  /** The largest difference; NaN if a number is NaN. */
  static double largest(float[][] actual, float[][] expected) {
    double largest = 0;
    assertThat(actual.length).isEqualTo(expected.length);
    for (int text = 0; text < expected.length; text++) {
      assertThat(actual[text]).hasSameSizeAs(expected[text]);
      for (int i = 0; i < expected[text].length; i++) {
        double difference = Math.abs((double) actual[text][i] - expected[text][i]);
        largest = Math.max(largest, difference); // NaN stays NaN
      }
    }
    return largest;
  }
}
