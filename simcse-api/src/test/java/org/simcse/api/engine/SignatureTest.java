package org.simcse.api.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.simcse.api.error.ShapeException;
import org.simcse.api.tensor.Dim;
import org.simcse.api.tensor.HostTensor;

class SignatureTest {
  private static final Dim B = Dim.symbol("B");
  private static final Dim T = Dim.symbol("T");

  private final Signature signature =
      Signature.of(
          Signature.Input.ints("ids", B, T), Signature.Input.floats("x", B.times(T), Dim.of(2)));

  private static HostTensor ids(long... shape) {
    return HostTensor.of(new long[Math.toIntExact(shape[0] * shape[1])], shape);
  }

  private static HostTensor floats(long... shape) {
    return HostTensor.of(new float[Math.toIntExact(shape[0] * shape[1])], shape);
  }

  @Test
  void symbolsAreReadOffTheInputs() {
    assertThat(signature.bind(Map.of("ids", ids(3, 4), "x", floats(12, 2))))
        .isEqualTo(Map.of("B", 3L, "T", 4L));
  }

  @Test
  void inputsThatDoNotFitAreRefusedByName() {
    assertThatThrownBy(() -> signature.bind(Map.of("ids", ids(3, 4))))
        .isInstanceOf(ShapeException.class)
        .hasMessage("The input x is missing.");
    assertThatThrownBy(() -> signature.bind(Map.of("ids", ids(3, 4), "x", floats(11, 2))))
        .isInstanceOf(ShapeException.class)
        .hasMessageStartingWith(
            "The input x is FLOAT [11, 2], but the program needs FLOAT [B*T, 2] with {");
    assertThatThrownBy(() -> signature.bind(Map.of("ids", floats(3, 4), "x", floats(12, 2))))
        .hasMessageContaining("needs INT [B, T]");
    assertThatThrownBy(
            () -> signature.bind(Map.of("ids", ids(3, 4), "x", floats(12, 2), "y", ids(1, 1))))
        .hasMessage("The program has no input y.");
  }

  @Test
  void aSizeThatCannotBeKnownIsRefused() {
    assertThatThrownBy(() -> Signature.of(Signature.Input.ints("ids", B.times(Dim.of(2)))))
        .hasMessageContaining("The size B stands alone on no axis of any input");
  }

  @Test
  void namesAreDistinctAndPlain() {
    assertThatThrownBy(
            () -> Signature.of(Signature.Input.ints("a", B), Signature.Input.ints("a", B)))
        .hasMessage("Two inputs are named a.");
    assertThatThrownBy(() -> Signature.Input.ints("a b", B)).hasMessageContaining("'a b'");
    assertThatThrownBy(() -> Signature.Input.ints("a", B).withGradient())
        .hasMessageContaining("cannot be INT and differentiable");
  }

  @Test
  void equalSignaturesAreEqual() {
    assertThat(
            Signature.of(
                Signature.Input.ints("ids", B, T),
                Signature.Input.floats("x", T.times(B), Dim.of(2))))
        .isEqualTo(signature);
    assertThat(signature.whileTraining()).isNotEqualTo(signature);
  }
}
