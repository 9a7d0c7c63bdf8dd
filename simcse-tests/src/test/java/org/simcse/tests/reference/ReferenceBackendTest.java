package org.simcse.tests.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.simcse.api.engine.Backend;
import org.simcse.api.engine.BackendConfig;
import org.simcse.api.engine.Computation;
import org.simcse.api.engine.DeviceKind;
import org.simcse.api.engine.Program;
import org.simcse.api.engine.Signature;
import org.simcse.api.error.BackendException;
import org.simcse.api.spi.Providers;
import org.simcse.api.tensor.Dim;
import org.simcse.api.tensor.HostTensor;
import org.simcse.api.tensor.Initializer;
import org.simcse.api.tensor.Shape;
import org.simcse.api.tensor.Tensor;

class ReferenceBackendTest {
  private static final Signature IDS =
      Signature.of(
              Signature.Input.ints("ids", Dim.symbol("B"), Dim.symbol("T")),
              Signature.Input.floats("x", Dim.symbol("B"), Dim.symbol("T"), Dim.of(4))
                  .withGradient())
          .differentiating("loss");

  /** Touches most operations: an embedding, attention, layer norm, gelu and a contrastive loss. */
  private static final Computation MODEL =
      (pass, inputs) -> {
        Tensor ids = named(inputs, "ids");
        Tensor table = pass.parameter("table", Shape.of(5, 4), Initializer.normal(0.5f));
        Tensor x = table.take(ids).add(named(inputs, "x")); // [B, T, 4]
        Tensor heads =
            x.reshape(ids.dim(0), ids.dim(1), Dim.of(2), Dim.of(2)).transpose(0, 2, 1, 3);
        Tensor mixed = pass.attention(heads, heads.tanh(), heads.neg(), pass.constant(0), 0);
        Tensor joined = mixed.transpose(0, 2, 1, 3).reshape(x.shape());
        Tensor hidden = pass.layerNorm(pass.linear(joined.add(x), "dense", 4).gelu(), "norm", 1e-5);
        Tensor rows = hidden.mean(1).normalize(-1, 1e-8); // [B, 4]
        Tensor both = Tensor.concat(0, List.of(rows, hidden.max(1)));
        Tensor logits = rows.matmul(both, false, true).div(0.1); // [B, 2B]
        return Map.of("loss", logits.crossEntropy(pass.iota(ids.dim(0))).mean());
      };

  private static Map<String, HostTensor> inputs(double[] x) {
    return Map.of(
        "ids", HostTensor.of(new long[] {0, 1, 2, 3, 3, 0}, 2, 3), "x", HostTensor.of(x, 2, 3, 4));
  }

  private static <T> T named(Map<String, T> values, String name) {
    return Objects.requireNonNull(values.get(name), name);
  }

  private static double[] random(int size) {
    return new Random(7).doubles(size, -1, 1).toArray();
  }

  @Test
  void theGradientOfAnInputIsTheCentralDifference() {
    try (Backend backend = new ReferenceBackendProvider().create(BackendConfig.defaults())) {
      Program program = backend.compile(MODEL, IDS);
      double[] x = random(24);
      HostTensor gradient =
          named(
              program.valueAndGradients(inputs(x), 0, backend.gradientBuffer()).inputGradients(),
              "x");
      for (int i = 0; i < x.length; i++) {
        double[] up = x.clone();
        double[] down = x.clone();
        up[i] += 1e-5;
        down[i] -= 1e-5;
        double slope =
            (named(program.run(inputs(up)), "loss").at(0)
                    - named(program.run(inputs(down)), "loss").at(0))
                / 2e-5;
        assertThat(gradient.at(i)).as("element %d", i).isCloseTo(slope, within(1e-8));
      }
    }
  }

  @Test
  void theGradientOfEveryParameterIsTheCentralDifference() {
    try (Backend backend = new ReferenceBackendProvider().create(BackendConfig.defaults())) {
      Program program = backend.compile(MODEL, IDS);
      // The default's small weights leave little for layerNorm to divide by: too curved to measure.
      backend.parameters().set("dense.weight", HostTensor.of(random(16), 4, 4));
      Map<String, HostTensor> inputs = inputs(random(24));
      var buffer = backend.gradientBuffer();
      program.valueAndGradients(inputs, 0, buffer);
      Map<String, HostTensor> gradients = buffer.read();
      assertThat(gradients.keySet())
          .containsExactly("dense.bias", "dense.weight", "norm.bias", "norm.weight", "table");
      gradients.forEach(
          (name, gradient) -> {
            HostTensor value = backend.parameters().get(name);
            for (int i = 0; i < value.size(); i++) {
              double[] changed = value.toDoubles();
              changed[i] += 1e-5;
              backend.parameters().set(name, HostTensor.of(changed, value.shape()));
              double up = named(program.run(inputs), "loss").at(0);
              changed[i] -= 2e-5;
              backend.parameters().set(name, HostTensor.of(changed, value.shape()));
              double down = named(program.run(inputs), "loss").at(0);
              backend.parameters().set(name, value);
              assertThat(gradient.at(i))
                  .as("%s, element %d", name, i)
                  .isCloseTo((up - down) / 2e-5, within(1e-8));
            }
          });
    }
  }

  @Test
  void isFoundByName() {
    assertThat(Providers.backends(List.of()).get("reference"))
        .isInstanceOf(ReferenceBackendProvider.class);
  }

  @Test
  void refusesAGpu() {
    assertThatThrownBy(
            () ->
                new ReferenceBackendProvider()
                    .create(BackendConfig.defaults().withDevice(DeviceKind.GPU)))
        .isInstanceOf(BackendException.class)
        .hasMessageContaining("'reference'")
        .hasMessageContaining("--device cpu");
  }

  @Test
  void anIdBeyondTheTableIsAnErrorThatNamesIt() {
    try (Backend backend = new ReferenceBackendProvider().create(BackendConfig.defaults())) {
      Program program = backend.compile(MODEL, IDS);
      Map<String, HostTensor> inputs =
          Map.of(
              "ids", HostTensor.of(new long[] {0, 5}, 1, 2),
              "x", HostTensor.of(random(8), 1, 2, 4));
      assertThatThrownBy(() -> program.run(inputs))
          .isInstanceOf(BackendException.class)
          .hasMessageContaining("no row 5")
          .hasMessageContaining("below 5");
    }
  }
}
