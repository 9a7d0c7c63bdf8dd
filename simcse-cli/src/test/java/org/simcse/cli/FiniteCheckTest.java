package org.simcse.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.simcse.api.error.SimCseException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class FiniteCheckTest {
  @Command
  private static final class Host {
    @Mixin private FiniteCheck check = new FiniteCheck();
  }

  private static FiniteCheck check(String... arguments) {
    Host host = new Host();
    new CommandLine(host).parseArgs(arguments);
    return host.check;
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void aVectorThatIsNotFiniteIsRefusedWithItsText(float value) {
    assertThatExceptionOfType(SimCseException.class)
        .isThrownBy(() -> check().checked("text 7", "x".repeat(50), new float[] {1, value}))
        .withMessageStartingWith(
            "The vector of text 7 ('%s…') is not finite: component 2 is %s.", "x".repeat(40), value)
        .withMessageContaining("--allow-non-finite");
    float[] vector = {value};
    assertThat(check("--allow-non-finite").checked("text 7", "x", vector)).isSameAs(vector);
  }

  @Test
  void finiteVectorsPass() {
    float[] vector = {0, Float.MAX_VALUE, Float.MIN_VALUE};
    assertThat(check().checked("text 1", "x", vector)).isSameAs(vector);
  }
}
