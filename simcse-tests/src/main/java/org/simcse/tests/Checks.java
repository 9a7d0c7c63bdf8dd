package org.simcse.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Map;
import org.simcse.api.tensor.HostTensor;

/** Comparisons of tensors, whose messages name the differing element. */
final class Checks {
  private Checks() {}

  /** Returns the value of that name; fails if it is absent. */
  static <T> T named(Map<String, T> values, String name) {
    T value = values.get(name);
    if (value == null) {
      throw new AssertionError("There is no '%s' among %s.".formatted(name, values.keySet()));
    }
    return value;
  }

  /**
   * Fails if an element differs by more than {@code tolerance} times the largest, or times 1 if
   * that is larger.
   */
  static void assertClose(String what, HostTensor actual, HostTensor expected, double tolerance) {
    assertThat(actual.shape()).as("the shape of %s", what).isEqualTo(expected.shape());
    double scale = Math.max(1, Arrays.stream(expected.toDoubles()).map(Math::abs).max().orElse(0));
    for (int i = 0; i < expected.size(); i++) {
      // Written so that NaN fails.
      if (!(Math.abs(actual.at(i) - expected.at(i)) <= tolerance * scale)) {
        throw new AssertionError(
            "%s: element %d of %s should be %s but is %s (allowed: %s)."
                .formatted(
                    what,
                    i,
                    Arrays.toString(expected.shape()),
                    expected.at(i),
                    actual.at(i),
                    tolerance * scale));
      }
    }
  }
}
