package org.simcse.cli.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongToDoubleFunction;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.simcse.api.error.SimCseException;

class TrainingPlotsTest {
  private static final int BLUE = 0xFF0072B2;
  private static final int ORANGE = 0xFFD55E00;
  private static final int GREEN = 0xFF009E73;

  @TempDir private Path directory = Path.of("");

  private List<String> plots(String... lines) {
    return TrainingPlots.write(TrainingCurves.parse(List.of(lines), "log"), directory).stream()
        .map(file -> file.getFileName().toString())
        .toList();
  }

  /** How many points of a picture have a colour. */
  private long count(String name, int colour) throws IOException {
    BufferedImage image = ImageIO.read(directory.resolve(name).toFile());
    assertThat(image.getWidth()).isEqualTo(1200);
    assertThat(image.getHeight()).isEqualTo(800);
    return LongStream.range(0, 1200L * 800)
        .filter(i -> image.getRGB((int) (i % 1200), (int) (i / 1200)) == colour)
        .count();
  }

  @Test
  void whatTheLogHasIsDrawn() throws IOException {
    List<String> lines = new ArrayList<>();
    for (int step = 0; step <= 3000; step += 3) {
      lines.add(
          """
          {"step":%d,"loss":%f,"loss/contrastive":%f,"loss/mlm":%f,"learning_rate":%e,"grad_norm":1}\
          """
              .formatted(step, 2.5, 0.5, 2.0, 3e-5 * (1 - step / 3000.0)));
    }
    lines.add(
        """
        {"step":3000,"eval_stsb_spearman":0.8,"eval_sickr_spearman":0.7,"eval_avg_sts":0.75,\
        "eval_alignment":0.2,"eval_uniformity":-2.5}\
        """);

    assertThat(plots(lines.toArray(String[]::new)))
        .containsExactly(
            "loss.png", "learning_rate.png", "sts_dev.png", "alignment_uniformity.png");
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files).as("no temporary file is left").hasSize(4);
    }
    // Lines across the plot: about 1000 pixels, twice as thick as one; a legend and a point less.
    assertThat(count("loss.png", BLUE)).isGreaterThan(1000);
    assertThat(count("loss.png", ORANGE)).isGreaterThan(1000);
    assertThat(count("loss.png", GREEN)).isGreaterThan(1000);
    assertThat(count("learning_rate.png", ORANGE)).isGreaterThan(1000);
    for (int colour : new int[] {BLUE, ORANGE}) {
      assertThat(count("sts_dev.png", colour)).isBetween(40L, 1000L);
      assertThat(count("alignment_uniformity.png", colour)).isBetween(40L, 1000L);
    }
  }

  @Test
  void whatTheLogLacksIsLeftOut() throws IOException {
    assertThat(plots()).isEmpty();
    assertThat(plots("{\"step\":1,\"loss\":1}", "{\"step\":2,\"loss\":NaN}"))
        .containsExactly("loss.png");
    assertThat(plots("{\"step\":1,\"grad_norm\":1}")).containsExactly("learning_rate.png");
    assertThat(plots("{\"step\":1,\"eval_spearman\":1}")).containsExactly("sts_dev.png");
  }

  @Test
  void aSingleTermOfTheLossIsNotDrawnOverIt() throws IOException {
    plots("{\"step\":1,\"loss\":1,\"loss/contrastive\":1}");
    assertThat(count("loss.png", BLUE)).isPositive();
    assertThat(count("loss.png", ORANGE)).isZero();
  }

  @Test
  void theMeanOfASingleSetIsNotDrawnOverIt() throws IOException {
    plots("{\"step\":1,\"eval_sickr_spearman\":0.5,\"eval_avg_sts\":0.5}");
    assertThat(count("sts_dev.png", BLUE)).isPositive();
    assertThat(count("sts_dev.png", ORANGE)).isZero();
  }

  @Test
  void extremeValuesAreDrawn() throws IOException {
    for (LongToDoubleFunction values :
        List.<LongToDoubleFunction>of(
            step -> 0, step -> 1e-30 * step, step -> -1e30 * step, step -> 1 + 1e-15 * step)) {
      TreeMap<Long, Double> points = new TreeMap<>();
      LongStream.of(0, 1, 1_000_000_000L).forEach(i -> points.put(i, values.applyAsDouble(i)));
      LineChart.Axis axis = new LineChart.Axis("axis", List.of(new LineChart.Line("a", points)));
      new LineChart("title", axis, Optional.empty()).write(directory.resolve("a.png"));
      assertThat(count("a.png", BLUE)).isGreaterThan(500);
    }
  }

  @Test
  void aMissingDirectoryIsNamed() {
    TreeMap<Long, Double> point = new TreeMap<>(Map.of(1L, 1.0));
    LineChart.Axis axis = new LineChart.Axis("axis", List.of(new LineChart.Line("a", point)));
    Path file = directory.resolve("missing/a.png");
    assertThatThrownBy(() -> new LineChart("title", axis, Optional.empty()).write(file))
        .isInstanceOf(SimCseException.class)
        .hasMessageContainingAll(file.toString(), "does not exist");
  }
}
