package org.simcse.plugins.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.simcse.api.Pooler;
import org.simcse.api.error.InvalidInputException;
import org.simcse.api.spi.ModelContext;
import org.simcse.api.spi.Options;
import org.simcse.core.SimCse;
import org.simcse.core.export.ExportTarget;
import org.simcse.core.export.ProgramTarget;
import org.simcse.core.export.SourceModel;
import org.simcse.core.model.ModelSpec;
import org.simcse.core.model.ParameterFreePoolers;
import org.simcse.core.modeldir.ModelDirectory;
import org.simcse.core.train.OutputMode;
import org.simcse.core.train.Trainer;
import org.simcse.core.train.TrainingConfig;
import org.simcse.core.train.TrainingPlan;
import org.simcse.tests.golden.GoldenFiles;

/**
 * PromptBERT's vectors beside those of transformers (expected.py), on the backend of the system
 * property {@code simcse.backend}.
 */
class PromptPoolerTest {
  private static final String BACKEND = System.getProperty("simcse.backend", "reference");

  /** Those of expected.py. */
  private static final List<String> TEXTS =
      List.of("A man plays.", "", "Is [MASK] or <mask> a word, and where does it end?");

  @TempDir private Path folder = Path.of("");

  private Path model(String name) throws IOException {
    Path directory = Files.createDirectories(folder.resolve(name));
    GoldenFiles.copyModel(name, directory);
    return directory;
  }

  private static SimCse open(Path model, String pooler) {
    return SimCse.builder().backend(BACKEND).model(model).pooler(pooler).normalize(false).open();
  }

  private static List<double[]> expected(String model, boolean denoised) throws IOException {
    String file =
        new String(
            Objects.requireNonNull(PromptPoolerTest.class.getResourceAsStream("expected.tsv"))
                .readAllBytes(),
            StandardCharsets.UTF_8);
    return file.lines()
        .map(line -> line.split("\t"))
        .filter(cells -> cells[0].equals(model) && cells[1].equals(String.valueOf(denoised)))
        .map(cells -> Arrays.stream(cells[3].split(" ")).mapToDouble(Double::valueOf).toArray())
        .toList();
  }

  private static void assertVectors(List<float[]> vectors, List<double[]> expected) {
    assertThat(expected).hasSameSizeAs(vectors).isNotEmpty();
    for (int i = 0; i < vectors.size(); i++) {
      double[] vector = new double[vectors.get(i).length];
      Arrays.setAll(vector, axis -> 0);
      for (int axis = 0; axis < vector.length; axis++) {
        vector[axis] = vectors.get(i)[axis];
      }
      // As the golden vectors of encoders: single precision through three layers of norm √32.
      assertThat(vector).as("text %d", i).containsExactly(expected.get(i), within(2e-5));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "tiny-bert, prompt, true",
    "tiny-bert, prompt:denoise=false, false",
    "tiny-bert, prompt:denoise=training, false",
    "tiny-roberta, prompt, true",
    "tiny-roberta, prompt:denoise=false, false",
  })
  void vectorsEqualThoseOfTransformers(String name, String pooler, boolean denoised)
      throws IOException {
    try (SimCse simcse = open(model(name), pooler)) {
      assertVectors(simcse.embed(TEXTS), expected(name, denoised));
    }
  }

  @Test
  void theTextIsTruncatedAndTheTemplateNever() throws IOException {
    Path model = model("tiny-bert");
    String text = "a ".repeat(500);
    try (SimCse simcse = open(model, "prompt");
        SimCse shorter =
            SimCse.builder()
                .backend(BACKEND)
                .model(model)
                .pooler("prompt")
                .normalize(false)
                .maxLength(20)
                .open()) {
      float[] vector = simcse.embed(text);
      assertThat(vector).isNotEqualTo(shorter.embed(text)).doesNotContain(Float.NaN);
      assertThat(shorter.embed(text)).containsExactly(simcse.embed("a ".repeat(18)), within(1e-5f));
    }
    assertThatThrownBy(
            () -> ModelSpec.of(ModelDirectory.open(model), choice("prompt", 60), List.of()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageMatching(
            "The maximal length 60 is beyond the model's \\d\\d positions for a text.");
    String longTemplate = "prompt:template=" + "a ".repeat(70) + "[X] [MASK]";
    assertThatThrownBy(() -> open(model, longTemplate).close())
        .isInstanceOf(InvalidInputException.class)
        .hasMessageMatching(
            "The pooler .* adds 71 tokens to every text, but the model has positions for 64 in all.");
  }

  private static ModelSpec.Choice choice(String pooler, int length) {
    return new ModelSpec.Choice(Optional.of(pooler), Optional.empty(), Optional.of(length));
  }

  private static Pooler pooler(String options) {
    ModelContext model =
        ModelContext.of(Map.of("hidden_size", 4))
            .withTokenizer(texts -> texts.stream().map(text -> text.chars().toArray()).toList());
    return new PromptPoolerProvider().create(model, Options.parse("prompt:" + options));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "no text [MASK]",
        "no mask [X]",
        "[MASK] means [X]",
        "[X] [X] [MASK]",
        "[X] [MASK] [MASK]"
      })
  void aTemplateWithoutOneTextAndBehindItOneMaskIsRefused(String template) {
    assertThatThrownBy(() -> pooler("template=" + template))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "The option template=%s of 'prompt' must have [X] once, for the text, and behind it [MASK] once, for the mask token whatever the model calls it.",
            template);
  }

  @Test
  void aTokenizerThatSplitsItsMaskIsRefused() {
    assertThatThrownBy(() -> pooler("template=[X] [MASK]"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("does not keep its mask token in one piece");
    assertThatThrownBy(
            () ->
                new PromptPoolerProvider()
                    .create(ModelContext.of(Map.of()), Options.parse("prompt")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("There is no tokenizer here for the text 'This sentence of");
  }

  @Test
  void poolersThatAreComparedInOnePassLeaveItOut() throws IOException {
    ModelSpec spec =
        ModelSpec.of(ModelDirectory.open(model("tiny-bert")), choice("avg", 60), List.of());
    assertThat(ParameterFreePoolers.names(spec, List.of()))
        .contains("avg")
        .doesNotContain("prompt");
  }

  @Test
  void aTrainedModelOpensWithItsTemplateAndIsNoProgram() throws IOException {
    String pooler = "prompt:template=\"[X]\" is [MASK].,denoise=training";
    Path texts =
        Files.writeString(
            folder.resolve("texts.txt"), "the cat sees\nmy friend runs\na dog\nit is late\n");
    Path output = folder.resolve("run");
    TrainingConfig config =
        TrainingConfig.defaults()
            .with(
                Map.of(
                    "model",
                    model("tiny-bert").toString(),
                    "train-file",
                    texts.toString(),
                    "backend",
                    BACKEND,
                    "pooler",
                    pooler,
                    "batch-size",
                    "4",
                    "micro-batch",
                    "2",
                    "max-steps",
                    "2"));
    try (Trainer trainer = TrainingPlan.of(config, output, OutputMode.NEW, List.of()).open()) {
      trainer.train();
    }
    ModelDirectory saved = ModelDirectory.open(output.resolve("last"));
    assertThat(saved.metadata().pooler()).contains(pooler);
    try (SimCse own = SimCse.builder().backend(BACKEND).model(saved).normalize(false).open();
        SimCse named =
            SimCse.builder()
                .backend(BACKEND)
                .model(saved)
                .pooler("prompt:template=\"[X]\" is [MASK].,denoise=false")
                .normalize(false)
                .open()) {
      assertThat(own.embed("A man plays.")).isEqualTo(named.embed("A man plays."));
    }
    try (SourceModel source = SourceModel.open(saved, Optional.empty(), List.of())) {
      ExportTarget program =
          new ProgramTarget(
              (job, into) -> {
                throw new AssertionError("It is refused before.");
              });
      assertThatThrownBy(() -> ExportTarget.export(source, program, folder.resolve("program")))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("changes the tokens of a text before they are encoded");
    }
  }
}
