package org.simcse.tf;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.simcse.api.engine.DeviceKind;
import org.tensorflow.Output;
import org.tensorflow.proto.DataType;

class GraphSessionTest {
  @Test
  void equalOperationsAreOneAndOthersAreNot() {
    boolean done =
        NativeRuntime.start(
            () -> {
              try (GraphSession graph = new GraphSession(Devices.session(DeviceKind.CPU, 1))) {
                assertThat(graph.placeholder("x", DataType.DT_FLOAT, -1, 3))
                    .isSameAs(graph.placeholder("x", DataType.DT_FLOAT, -1, 3))
                    .isNotSameAs(graph.placeholder("y", DataType.DT_FLOAT, -1, 3))
                    .isNotSameAs(graph.placeholder("x", DataType.DT_FLOAT, -1, 4));
                Output<?> x = graph.constant(2f);
                assertThat(graph.constant(2f)).isSameAs(x);
                assertThat(graph.constant(2L)).isNotSameAs(x);
                assertThat(graph.op("Neg", x)).isSameAs(graph.op("Neg", x));
                assertThat(graph.op("Neg", x)).isNotSameAs(graph.op("Exp", x));
                Output<?> sum = graph.op("Sum", Map.of("keep_dims", true), x, graph.indices());
                assertThat(sum).isSameAs(kept(graph, x, true)).isNotSameAs(kept(graph, x, false));
                Output<?> slope = graph.gradients(graph.op("Exp", x), List.of(x)).get(0).get();
                assertThat(graph.gradients(graph.op("Exp", x), List.of(x)).get(0)).contains(slope);
              }
              return true;
            });
    assertThat(done).isTrue();
  }

  private static Output<?> kept(GraphSession graph, Output<?> x, boolean keepDims) {
    return graph.op("Sum", Map.of("keep_dims", keepDims), x, graph.indices());
  }
}
