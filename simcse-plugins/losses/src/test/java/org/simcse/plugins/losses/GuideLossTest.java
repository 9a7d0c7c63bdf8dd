package org.simcse.plugins.losses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.simcse.plugins.losses.PairLoss.term;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.simcse.api.error.InvalidInputException;
import org.simcse.api.tensor.HostTensor;

class GuideLossTest {
  private static List<String[]> lines(String first) throws IOException {
    String file =
        new String(
            Objects.requireNonNull(GuideLossTest.class.getResourceAsStream("guide.tsv"))
                .readAllBytes(),
            StandardCharsets.UTF_8);
    return file.lines()
        .map(line -> line.split("\t"))
        .filter(cells -> cells[0].equals(first))
        .toList();
  }

  private static double[][] vectors(String name) throws IOException {
    return lines(name).stream()
        .map(cells -> Arrays.stream(cells[1].split(" ")).mapToDouble(Double::valueOf).toArray())
        .toArray(double[][]::new);
  }

  static List<Object[]> losses() throws IOException {
    return List.copyOf(lines("loss"));
  }

  /** Of sentence-transformers; see guide.py. */
  @ParameterizedTest
  @MethodSource("losses")
  void theLossIsThatOfSentenceTransformers(
      String kind, int count, String hard, String strategy, String margin, double expected)
      throws IOException {
    double[][][] views = new double[count][][];
    Map<String, HostTensor> columns = new HashMap<>();
    for (int view = 0; view < count; view++) {
      String name = List.of("anchor", "positive", "negative").get(view);
      views[view] = vectors("model " + name);
      if (view < 2 || hard.equals("guided")) {
        columns.put("guide_" + name, PairLoss.rows(vectors("guide " + name)));
      }
    }
    String head =
        "guide:temperature=0.5,margin=%s,margin-strategy=%s,hard-negatives=%s"
            .formatted(margin, strategy, hard);
    assertThat(term(PairLoss.terms(PairLoss.head(head), columns, views), "loss"))
        .as(kind)
        .isCloseTo(expected, within(1e-5));
  }

  @Test
  void aPairThatTheGuideHoldsForEqualHasNoNegativeInItself() {
    double[][] rows = {{1, 0}, {0, 1}};
    HostTensor guide = PairLoss.rows(new double[][] {{1, 0}, {0, 1}});
    double loss =
        term(
            PairLoss.terms(
                PairLoss.head("guide:temperature=1"),
                Map.of("guide_anchor", guide, "guide_positive", guide),
                rows,
                rows),
            "loss");
    assertThat(loss).isCloseTo(Math.log1p(3 * Math.exp(-1)), within(1e-6));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "guide:margin=-1 | The option margin=-1 of 'guide' must be at least 0.0 and at most 2.0.",
        "guide:margin-strategy=none | The option margin-strategy=none of 'guide' must be one of absolute, relative.",
      })
  void optionsThatMakeNoSenseAreRefused(String head, String message) {
    assertThatThrownBy(() -> PairLoss.head(head))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(message);
  }

  @Test
  void guidedHardNegativesAreOneToARow() throws IOException {
    double[][] rows = vectors("model anchor");
    HostTensor guide = PairLoss.rows(vectors("guide anchor"));
    Map<String, HostTensor> columns =
        Map.of("guide_anchor", guide, "guide_positive", guide, "guide_negative", guide);
    assertThatThrownBy(
            () -> PairLoss.terms(PairLoss.head("guide:hard-negatives=guided"), columns, rows, rows))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("but a row has 0 hard negatives");
  }
}
