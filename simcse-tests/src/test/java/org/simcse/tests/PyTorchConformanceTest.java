package org.simcse.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.simcse.api.engine.Backend;
import org.simcse.api.engine.Computation;
import org.simcse.api.engine.Program;
import org.simcse.api.engine.Signature;
import org.simcse.api.tensor.Dim;
import org.simcse.api.tensor.HostTensor;
import org.simcse.api.tensor.Tensor;

class PyTorchConformanceTest extends BackendSuite {
  private static final int WIDTH = 24;

  @Override
  protected TestEnvironment environment() {
    return TestEnvironment.of("pytorch");
  }

  /** From 256 rows on, oneDNN computes linear layers, and GELU with them. */
  @Test
  void largeBatchesGiveTheRowsOfSmallOnes() {
    Signature rows = Signature.of(Signature.Input.floats("x", Dim.symbol("N"), Dim.of(WIDTH)));
    Computation model =
        (pass, inputs) -> {
          Tensor x = Objects.requireNonNull(inputs.get("x"));
          Tensor inner = pass.linear(x, "inner", 2 * WIDTH);
          Tensor activated = inner.gelu();
          Map<String, Tensor> outputs = new LinkedHashMap<>();
          outputs.put("activated", activated);
          outputs.put("both", pass.linear(activated.add(inner), "outer", WIDTH));
          return outputs;
        };
    float[] data = new float[600 * WIDTH];
    Random random = new Random(7);
    for (int i = 0; i < data.length; i++) {
      data[i] = (float) random.nextGaussian();
    }
    try (Backend backend = environment().start()) {
      Program program = backend.compile(model, rows);
      for (String output : new String[] {"activated", "both"}) {
        double[] large = run(program, data, output);
        double[] small = run(program, Arrays.copyOf(data, 100 * WIDTH), output);
        assertThat(Arrays.copyOf(large, small.length)).containsExactly(small, within(1e-5));
      }
    }
  }

  private static double[] run(Program program, float[] rows, String output) {
    HostTensor x = HostTensor.of(rows, rows.length / WIDTH, WIDTH);
    return Objects.requireNonNull(program.run(Map.of("x", x)).get(output)).toDoubles();
  }
}
