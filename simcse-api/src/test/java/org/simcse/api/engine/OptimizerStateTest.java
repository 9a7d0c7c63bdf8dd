package org.simcse.api.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.simcse.api.error.ShapeException;
import org.simcse.api.tensor.HostTensor;

class OptimizerStateTest {
  /** Keeps a velocity. */
  private static final class Momentum implements UpdateRule {
    @Override
    public List<String> state() {
      return List.of("velocity");
    }

    @Override
    public List<String> hyperparameters() {
      return List.of();
    }

    @Override
    public Updated update(Slot slot) {
      return new Updated(slot.value(), Map.of("velocity", slot.state("velocity")));
    }
  }

  private final Lifecycle lifecycle = Lifecycle.of("backend 'heap'");
  private final ParameterTable<double[]> parameters =
      new ParameterTable<>(lifecycle, 1, new HeapDevice());
  private final OptimizerState<double[]> state =
      new OptimizerState<>(new Momentum(), parameters, lifecycle.child("update"), new HeapDevice());

  OptimizerStateTest() {
    parameters.set("layer.w", HostTensor.of(new double[] {1, 2}, 2));
  }

  @Test
  void stateIsZeroUntilItIsWritten() {
    assertThat(state.get("layer.w/velocity").toDoubles()).containsExactly(0, 0);
    assertThat(state.names()).as("names after reading alone").isEmpty();
    assertThat(state.require("layer.w", "velocity")).containsExactly(0, 0);
    assertThat(state.names()).containsExactly("layer.w/velocity");
  }

  @Test
  void whatIsSetIsWhatTheUpdateSees() {
    state.set("layer.w/velocity", HostTensor.of(new float[] {3, 4}, 2));
    assertThat(state.require("layer.w", "velocity")).containsExactly(3, 4);
    assertThat(state.get("layer.w/velocity").toDoubles()).containsExactly(3, 4);
    assertThat(state.tensors()).hasSize(1);
  }

  @Test
  void anotherShapeOrTypeIsRefused() {
    assertThatThrownBy(() -> state.set("layer.w/velocity", HostTensor.of(new double[3], 3)))
        .isInstanceOf(ShapeException.class)
        .hasMessage("The state layer.w/velocity is FLOAT [2] and cannot be set to FLOAT [3].");
    assertThatThrownBy(() -> state.set("layer.w/velocity", HostTensor.of(new long[2], 2)))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("cannot be set to INT [2]");
    assertThat(state.names()).isEmpty();
  }

  @Test
  void unknownParametersAndStatesAreRefused() {
    assertThatThrownBy(() -> state.get("nowhere/velocity"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("nowhere");
    assertThatThrownBy(() -> state.get("layer.w/mass"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("layer.w/mass");
  }
}
