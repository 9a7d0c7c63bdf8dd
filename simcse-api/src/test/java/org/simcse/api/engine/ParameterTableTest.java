package org.simcse.api.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.simcse.api.error.ShapeException;
import org.simcse.api.tensor.HostTensor;
import org.simcse.api.tensor.Initializer;
import org.simcse.api.tensor.Shape;

class ParameterTableTest {
  private final Lifecycle lifecycle = Lifecycle.of("backend 'heap'");
  private final ParameterTable<double[]> table =
      new ParameterTable<>(lifecycle, 7, new HeapDevice());

  private static HostTensor numbers(double... values) {
    return HostTensor.of(values, values.length);
  }

  @Test
  void aParameterThatNothingHasSetIsInitialisedFromSeedAndName() {
    Initializer normal = Initializer.normal(0.02f);
    assertThat(table.require("b.weight", Shape.of(3), normal))
        .containsExactly(normal.values(7, "b.weight", 3).toDoubles());
    table.set("a", numbers(1, 2));
    assertThat(table.require("a", Shape.of(2), normal)).containsExactly(1, 2);
    assertThat(table.names()).containsExactly("a", "b.weight");
    assertThat(table.shape("b.weight")).containsExactly(3);
  }

  @Test
  void settingAParameterKeepsItsTensor() {
    double[] held = table.require("a", Shape.of(2), Initializer.zeros());
    table.set("a", numbers(3, 4));
    assertThat(held).containsExactly(3, 4);
    assertThat(table.tensor("a")).isSameAs(held);
    assertThat(table.get("a").toDoubles()).containsExactly(3, 4);
  }

  @Test
  void anotherShapeIsRefusedWithBoth() {
    table.set("a", numbers(1, 2));
    assertThatThrownBy(() -> table.set("a", numbers(1)))
        .isInstanceOf(ShapeException.class)
        .hasMessage("The parameter a has the shape [2] and cannot be set to [1].");
    assertThatThrownBy(() -> table.require("a", Shape.of(5), Initializer.zeros()))
        .isInstanceOf(ShapeException.class)
        .hasMessage("The parameter a has the shape [2], but the model needs [5].");
  }

  @Test
  void integersAreRefusedByName() {
    assertThatThrownBy(() -> table.set("a", HostTensor.of(new long[] {1}, 1)))
        .isInstanceOf(ShapeException.class)
        .hasMessage("The parameter a is FLOAT and cannot be set to INT numbers.");
    assertThat(table.names()).isEmpty();
  }

  @Test
  void aParameterIsTrainableUntilFrozen() {
    table.set("a", numbers(1));
    table.set("b", numbers(1));
    table.setTrainable("a", false);
    assertThat(table.isTrainable("a")).isFalse();
    assertThat(table.trainable(List.of("b", "a"))).containsExactly("b");
    assertThat(table.frozen()).containsExactly("a");
    table.setTrainable("a", true);
    assertThat(table.trainable(List.of("b", "a"))).containsExactly("a", "b");
  }

  @Test
  void unknownNamesAreRefused() {
    for (Runnable use :
        List.<Runnable>of(
            () -> table.get("c"),
            () -> table.tensor("c"),
            () -> table.shape("c"),
            () -> table.isTrainable("c"),
            () -> table.setTrainable("c", false))) {
      assertThatThrownBy(use::run)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("no parameter named c");
    }
  }

  @Test
  void nothingIsDoneOnceTheBackendIsClosed() {
    lifecycle.close(() -> {});
    assertThatThrownBy(() -> table.set("a", numbers(1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("The backend 'heap' is closed.");
  }
}
