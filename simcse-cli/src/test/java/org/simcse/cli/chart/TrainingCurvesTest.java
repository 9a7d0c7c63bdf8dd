package org.simcse.cli.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.simcse.api.error.InvalidInputException;

class TrainingCurvesTest {
  @TempDir private Path directory = Path.of("");

  private static TrainingCurves parse(String... lines) {
    return TrainingCurves.parse(List.of(lines), "metrics.jsonl");
  }

  @Test
  void everyMetricIsKnownByStep() throws IOException {
    Path file = directory.resolve("metrics.jsonl");
    Files.writeString(
        file,
        "{\"step\":10,\"loss\":2.5,\"learning_rate\":3e-5}\n"
            + "{\"step\":20,\"loss\":2,\"eval_stsb_spearman\":0.8}\n");
    TrainingCurves curves = TrainingCurves.read(file);

    assertThat(curves.metrics().keySet())
        .containsExactly("eval_stsb_spearman", "learning_rate", "loss");
    assertThat(curves.metric("loss")).containsExactly(entry(10, 2.5), entry(20, 2));
    assertThat(curves.metric("learning_rate")).containsExactly(entry(10, 3e-5));
    assertThat(curves.metric("eval_spearman")).isEmpty();
  }

  private static Map.Entry<Long, Double> entry(long step, double value) {
    return Map.entry(step, value);
  }

  @Test
  void aRepeatedStepCountsAsItWasWrittenLast() {
    TrainingCurves curves =
        parse("{\"step\":1,\"a\":1}", "{\"step\":2,\"a\":2,\"b\":5}", "{\"step\":2,\"a\":3}");
    assertThat(curves.metric("a")).containsExactly(entry(1, 1), entry(2, 3));
    assertThat(curves.metric("b")).containsExactly(entry(2, 5));
  }

  @Test
  void whatIsNotFiniteIsLeftOut() {
    TrainingCurves curves =
        parse("{\"step\":1,\"a\":NaN,\"b\":null,\"c\":Infinity,\"d\":\"NaN\",\"e\":true,\"f\":0}");
    assertThat(curves.metrics().keySet()).containsExactly("f");
  }

  @Test
  void aHalfWrittenLastLineIsLeftOut() {
    assertThat(parse("{\"step\":1,\"a\":1}", "{\"step\":2,\"a").metric("a")).hasSize(1);
    assertThat(parse().metrics()).isEmpty();
  }

  @Test
  void otherLinesAreRefusedWithTheirPlace() {
    assertThatThrownBy(() -> parse("{\"step\":1}", "{\"step\":2,", "{\"step\":3}"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("metrics.jsonl, line 2 is not JSON: ");
    for (String line : List.of("[1]", "{\"loss\":1}", "{\"step\":1.5}", "{\"step\":\"1\"}", "")) {
      assertThatThrownBy(() -> parse(line))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage("metrics.jsonl, line 1 is no JSON object with a whole number as \"step\".");
    }
    Path missing = directory.resolve("missing.jsonl");
    assertThatThrownBy(() -> TrainingCurves.read(missing))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("The file " + missing + " does not exist.");
  }
}
