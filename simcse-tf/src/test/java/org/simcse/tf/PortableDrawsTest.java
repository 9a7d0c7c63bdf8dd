package org.simcse.tf;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.simcse.api.engine.DeviceKind;
import org.simcse.api.tensor.HostTensor;
import org.simcse.api.tensor.PortableRandom;
import org.simcse.api.tensor.Shape;
import org.tensorflow.Output;

class PortableDrawsTest {
  @Test
  void drawsEqualThoseInPlainJavaBitForBit() {
    long seed = -0x123456789ABCDEFL;
    int site = -77;
    long[] rows = {0, 5, 1L << 33, 123456789};
    float[] draws = draw(seed, site, rows, Shape.of(4, 3, 2, 5));
    for (int at = 0; at < draws.length; at++) {
      double expected =
          PortableRandom.uniform(seed, site, rows[at / 30], at / 10 % 3, at / 5 % 2, at % 5);
      assertThat((double) draws[at]).isEqualTo(expected);
    }
  }

  @Test
  void absentAxesCountAsZero() {
    float[] draws = draw(7, 1, new long[] {3, 4}, Shape.of(2));
    assertThat((double) draws[0]).isEqualTo(PortableRandom.uniform(7, 1, 3));
    assertThat((double) draws[1]).isEqualTo(PortableRandom.uniform(7, 1, 4));
  }

  private static float[] draw(long seed, int site, long[] rows, Shape shape) {
    return NativeRuntime.start(
        () -> {
          try (GraphSession graph = new GraphSession(Devices.session(DeviceKind.CPU, 1))) {
            TensorFlowOps ops =
                new TensorFlowOps(graph, new Sizes(graph), new FusedKernels(graph, false, false));
            Output<?> draws =
                ops.uniform(
                    graph.constant(seed),
                    site,
                    List.of(graph.constant(HostTensor.of(rows, rows.length))),
                    shape);
            return graph.run(new Feeds(), List.of(draws), List.of()).get(0).toFloats();
          }
        });
  }
}
