package org.simcse.tests.facade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.simcse.api.error.InvalidInputException;
import org.simcse.core.SimCse;
import org.simcse.core.export.ExportTarget;
import org.simcse.core.export.HuggingFaceTarget;
import org.simcse.core.export.SentenceTransformersTarget;
import org.simcse.core.export.SimCseTarget;
import org.simcse.core.export.SourceModel;
import org.simcse.core.modeldir.ModelDirectory;
import org.simcse.core.weights.WeightsFormat;

/** A converted model gives the vectors of its source, to the last bit. */
class ConversionTest {
  private static final List<String> TEXTS = List.of("A Man is playing a guitar", "two dogs run");
  private static final ExportTarget SIMCSE = new SimCseTarget(WeightsFormat.SAFETENSORS);
  private static final ExportTarget CURRENT =
      new SentenceTransformersTarget(WeightsFormat.BIN, false);
  private static final ExportTarget LEGACY =
      new SentenceTransformersTarget(WeightsFormat.SAFETENSORS, true);
  private static final ExportTarget HUGGING_FACE = new HuggingFaceTarget(WeightsFormat.SAFETENSORS);

  @TempDir private Path folder = Path.of("");

  static List<String> models() throws IOException {
    return ModelDirectoriesContract.withVectorsOfTheirOwn().stream()
        .filter(name -> !name.endsWith("-hf")) // which say nothing of pooling
        .toList();
  }

  private Path convert(Path from, ExportTarget target, String name) {
    Path to = folder.resolve(name);
    try (SourceModel model =
        SourceModel.open(ModelDirectory.open(from), Optional.empty(), List.of())) {
      ExportTarget.export(model, target, to);
    }
    return to;
  }

  private static float[][] embed(Path model) {
    try (SimCse simcse = SimCse.builder().backend("reference").model(model).open()) {
      return simcse.embed(TEXTS).toArray(float[][]::new);
    }
  }

  private static void assertEqualVectors(Path converted, Path source) {
    assertThat(embed(converted)).isDeepEqualTo(embed(source));
  }

  @ParameterizedTest
  @MethodSource("models")
  void everyFormatGivesTheSameVectors(String name) {
    Path source = ModelDirectoriesContract.model(name);
    Path current = convert(source, CURRENT, "current");
    Path back = convert(current, SIMCSE, "back");
    assertEqualVectors(current, source);
    assertEqualVectors(back, source);
    if (!name.contains("residual")) {
      assertEqualVectors(convert(back, LEGACY, "legacy"), source);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"st-mean", "st-prompt", "pool-max_tokens", "st6-length16"})
  void anEncoderAloneIsOneOfHuggingFace(String name) {
    Path source = ModelDirectoriesContract.model(name);
    assertEqualVectors(convert(source, HUGGING_FACE, "hugging-face"), source);
  }

  @Test
  void modulesBehindThePoolingAreRefusedByHuggingFacesFormat() {
    Path source = ModelDirectoriesContract.model("dense-tanh");
    assertThatThrownBy(() -> convert(source, HUGGING_FACE, "refused"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("need 2_Dense.linear.bias, 2_Dense.linear.weight behind");
  }

  @Test
  void lowercasingIsRefusedByHuggingFacesFormat() {
    Path source = ModelDirectoriesContract.model("st-lower");
    assertThatThrownBy(() -> convert(source, HUGGING_FACE, "refused"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("lowercases texts before its tokenizer");
  }

  @Test
  void aResidualConnectionIsRefusedForOldReleases() {
    Path source = ModelDirectoriesContract.model("dense-residual");
    assertThatThrownBy(() -> convert(source, LEGACY, "refused"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("before 5.7 have no residual connection");
    assertThat(folder).isEmptyDirectory();
  }
}
