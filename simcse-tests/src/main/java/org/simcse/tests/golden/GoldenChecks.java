package org.simcse.tests.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.simcse.api.tensor.HostTensor;

/** Comparisons with golden numbers, whose messages name the differing element. */
final class GoldenChecks {
  private GoldenChecks() {}

  /** Returns the golden gradients of a case, by parameter. */
  static Map<String, HostTensor> gradients(GoldenCase golden, String prefix) {
    Map<String, HostTensor> gradients = new LinkedHashMap<>();
    golden
        .outputs()
        .forEach(
            (name, value) -> {
              if (name.startsWith(prefix)) {
                gradients.put(name.substring(prefix.length()), value);
              }
            });
    return gradients;
  }

  /**
   * Fails unless the same parameters have gradients, and these are close.
   *
   * @param summands what {@link GoldenStep#summands} gives
   * @param share of the largest of them that is allowed, as {@link GoldenTolerance#gradient} says
   */
  static void assertGradients(
      String what,
      Map<String, HostTensor> expected,
      Map<String, HostTensor> actual,
      Map<String, HostTensor> summands,
      double share) {
    assertThat(actual.keySet()).as(what).containsExactlyInAnyOrderElementsOf(expected.keySet());
    expected.forEach(
        (name, wanted) ->
            assertClose(
                wanted,
                Objects.requireNonNull(actual.get(name)),
                share * largest(Objects.requireNonNull(summands.get(name))),
                what + ": the gradient of " + name));
  }

  /** Fails unless there are the same terms of a step on this case, and these are close. */
  static void assertTerms(
      String what,
      Map<String, Double> expected,
      Map<String, Double> actual,
      GoldenCase golden,
      GoldenTolerance tolerance) {
    assertThat(actual).as(what).containsOnlyKeys(expected.keySet());
    expected.forEach(
        (term, value) ->
            assertThat(actual.get(term))
                .as("%s: %s", what, term)
                .isCloseTo(value, within(tolerance.loss(golden, term, value))));
  }

  static double largest(HostTensor tensor) {
    return IntStream.range(0, tensor.size())
        .mapToDouble(i -> Math.abs(tensor.at(i)))
        .max()
        .orElse(0);
  }

  static void assertClose(HostTensor expected, HostTensor actual, double allowed, String what) {
    assertThat(actual.shape()).as(what).isEqualTo(expected.shape());
    for (int i = 0; i < expected.size(); i++) {
      assertThat(actual.at(i)).as("%s at %d", what, i).isCloseTo(expected.at(i), within(allowed));
    }
  }

  /**
   * Row by row: one row may be many orders larger than the others.
   *
   * @param relative to the largest entry of the same row
   */
  static void assertRowsClose(
      HostTensor expected, HostTensor actual, double relative, String what) {
    int width = Math.toIntExact(expected.shape()[1]);
    for (int row = 0; row < expected.shape()[0]; row++) {
      int from = row * width;
      double size =
          IntStream.range(from, from + width)
              .mapToDouble(i -> Math.abs(expected.at(i)))
              .max()
              .orElseThrow();
      for (int i = from; i < from + width; i++) {
        assertThat(actual.at(i))
            .as("%s at %d", what, i)
            .isFinite()
            .isCloseTo(expected.at(i), within(relative * size));
      }
    }
  }
}
