package org.simcse.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.simcse.api.error.InvalidInputException;
import org.simcse.core.modeldir.HeadMode;

class TrainingConfigTest {
  @TempDir private Path folder = Path.of("");

  @Test
  void everySettingHasADescriptionAndAParsableDefault() {
    assertThat(Settings.all())
        .allSatisfy(
            setting -> {
              assertThat(setting.name()).matches("[a-z]+(-[a-z]+)*");
              assertThat(setting.description()).endsWith(".");
            });
    assertThat(TrainingConfig.defaults().settings().temperature()).isEqualTo(0.05);
  }

  @Test
  void valuesAreWhatTheyWereReadFrom() {
    TrainingConfig config =
        TrainingConfig.defaults()
            .with("learning-rate", "1e-3")
            .with("mlp", "train-and-test")
            .with("max-steps", 7)
            .with("train-file", "a/b.csv");
    assertThat(config.settings().mlp()).isEqualTo(HeadMode.TRAIN_AND_TEST);
    assertThat(config.settings().maxSteps()).contains(7L);
    assertThat(config.get("max-steps")).contains("7");
    assertThat(config.get("eval-file")).isEmpty();
    assertThatThrownBy(() -> config.get("max-step"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("no setting max-step");
    assertThat(TrainingConfig.defaults().with(config.values())).isEqualTo(config);
  }

  @Test
  void aFileOfSettingsGivesThemBack() throws IOException {
    Map<String, String> values =
        TrainingConfig.defaults().with("delimiter", " \" \\").with("pooler", "a:b=c").values();
    Path file = Files.writeString(folder.resolve("run.yaml"), Presets.yaml(values));
    assertThat(Presets.read(file)).isEqualTo(values);
  }

  @Test
  void aModelReplacesTheFreshEncoderOfAPreset() {
    TrainingConfig preset = TrainingConfig.defaults().with("fresh-encoder", "2x128");
    assertThat(preset.with("model", "DIR").settings().freshEncoder()).isEmpty();
    assertThat(preset.with("seed", 1).settings().freshEncoder()).contains("2x128");
    assertThat(
            preset.with(Map.of("model", "DIR", "fresh-encoder", "1x32")).settings().freshEncoder())
        .contains("1x32"); // the model's tokenizer
  }

  @Test
  void aPretrainedPoolerMustBeThere() {
    TrainingConfig config = TrainingConfig.defaults().with("mlp-init", "pretrained-pooler");
    assertThatThrownBy(() -> config.with("fresh-encoder", "2x128"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("fresh encoder has no pretrained pooler");
    assertThatThrownBy(() -> config.with("mlp", "none"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("there is no MLP");
  }

  static Iterable<String> presets() {
    return Presets.names();
  }

  @ParameterizedTest
  @MethodSource("presets")
  void everyPresetIsAConfiguration(String name) {
    assertThat(TrainingConfig.preset(name)).isNotEqualTo(TrainingConfig.defaults());
  }

  @Test
  void theRecipesAreThoseOfThePaper() {
    TrainingConfig unsupervised = TrainingConfig.preset("unsup-bert-base");
    assertThat(unsupervised.settings().batchSize()).isEqualTo(64);
    assertThat(unsupervised.settings().learningRate()).isEqualTo(3e-5);
    assertThat(unsupervised.settings().mlp()).isEqualTo(HeadMode.TRAIN_ONLY);
    TrainingConfig supervised = TrainingConfig.preset("sup-bert-base");
    assertThat(supervised.settings().batchSize()).isEqualTo(512);
    assertThat(supervised.settings().learningRate()).isEqualTo(5e-5);
    assertThat(supervised.settings().epochs()).isEqualTo(3);
    assertThat(supervised.settings().mlp()).isEqualTo(HeadMode.TRAIN_AND_TEST);
    assertThat(supervised.settings().temperature()).isEqualTo(0.05);
  }

  @Test
  void theTwoFormsOfTheHardNegativeWeightAreOneNumber() {
    TrainingConfig factor = TrainingConfig.defaults().with("hard-negative-alpha", Math.E);
    assertThat(factor.settings().hardNegativeLogit()).isEqualTo(1);
    assertThat(factor.with("hard-negative-weight", 2).settings().hardNegativeLogit()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "temperature | 0 | The setting temperature must be above 0",
        "temperature | NaN | The setting temperature must be above 0",
        "dropout | 1 | at least 0 and below 1, but it is 1.0",
        "batch-size | 0 | at least 1, but it is 0",
        "batch-size | many | but it must be a number",
        "schedule | square | but it must be one of linear, cosine, constant",
        "mlm | yes | but it must be true or false",
        "hard-negative-alpha | 0 | hard-negative-alpha must be above 0",
        "mlm-probability | 0 | mlm-probability must be above 0 and at most 1",
        "learning-rat | 1 | no setting learning-rat. Settings are: model,",
      })
  void nonsenseIsRefused(String setting, String value, String message) {
    assertThatThrownBy(() -> TrainingConfig.defaults().with(setting, value))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(message);
  }

  @Test
  void filesThatAreNoSettingsAreRefused() throws IOException {
    assertThatThrownBy(() -> Presets.read(folder.resolve("none.yaml")))
        .hasMessageContaining("no file");
    Path list = Files.writeString(folder.resolve("list.yaml"), "- a\n- b\n");
    assertThatThrownBy(() -> Presets.read(list)).hasMessageContaining("must hold settings");
    Path nested = Files.writeString(folder.resolve("nested.yaml"), "model:\n  a: b\n");
    assertThatThrownBy(() -> Presets.read(nested)).hasMessageContaining("model has no plain value");
    Path broken = Files.writeString(folder.resolve("broken.yaml"), "a: b\n  c: [\n");
    assertThatThrownBy(() -> Presets.read(broken)).hasMessageContaining("not valid YAML (line 2)");
    assertThatThrownBy(() -> TrainingConfig.preset("nope")).hasMessageContaining("quickstart");
  }
}
