package org.simcse.tf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.simcse.tf.ToyModel.DIFFERENTIATED;
import static org.simcse.tf.ToyModel.INFERENCE;
import static org.simcse.tf.ToyModel.named;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.simcse.api.engine.Backend;
import org.simcse.api.engine.BackendConfig;
import org.simcse.api.engine.Computation;
import org.simcse.api.engine.DeviceKind;
import org.simcse.api.engine.GradientBuffer;
import org.simcse.api.engine.Program;
import org.simcse.api.engine.Signature;
import org.simcse.api.error.BackendException;
import org.simcse.api.error.ShapeException;
import org.simcse.api.tensor.Dim;
import org.simcse.api.tensor.ElementType;
import org.simcse.api.tensor.HostTensor;
import org.simcse.api.tensor.Initializer;
import org.simcse.api.tensor.Shape;
import org.simcse.api.tensor.Tensor;

class TensorFlowBackendTest {
  private static final BackendConfig CONFIG = BackendConfig.defaults().withThreads(2);
  private static final Dim N = Dim.symbol("N");

  private static Backend backend;

  @BeforeAll
  static void start() {
    backend = new TensorFlowBackendProvider().create(CONFIG);
  }

  @AfterAll
  static void stop() {
    backend.close();
  }

  @Test
  void gradientsAgreeWithCentralDifferences() {
    Program program = backend.compile(new ToyModel(0), DIFFERENTIATED);
    Map<String, HostTensor> batch = ToyModel.batch(3, 4);
    try (GradientBuffer buffer = backend.gradientBuffer()) {
      program.valueAndGradients(batch, 0, buffer);
      Map<String, HostTensor> gradients = buffer.read();
      assertThat(gradients)
          .containsKeys("table", "layer.query.weight", "layer.norm.bias", "classes.bias");
      gradients.forEach(
          (name, gradient) -> {
            for (int i = 0; i < gradient.size(); i += 1 + gradient.size() / 5) {
              assertThat(gradient.at(i))
                  .as("gradient of %s at %d", name, i)
                  // Single precision leaves this much of a difference quotient in doubt.
                  .isCloseTo(difference(program, batch, name, i), within(2e-3));
            }
          });
    }
  }

  @Test
  void gradientsOfMarkedInputsComeWithTheOutputs() {
    Program program = backend.compile(new ToyModel(0), DIFFERENTIATED);
    try (GradientBuffer buffer = backend.gradientBuffer()) {
      Map<String, HostTensor> batch = ToyModel.batch(2, 3);
      Program.Results results = program.valueAndGradients(batch, 0, buffer);
      assertThat(results.inputGradients()).containsOnlyKeys("shift");
      HostTensor gradient = named(results.inputGradients(), "shift");
      assertThat(gradient.shape()).containsExactly(2, 3, ToyModel.WIDTH);
      float[] shift = ((HostTensor.Floats) named(batch, "shift")).data().array();
      for (int i = 0; i < shift.length; i += 7) {
        float before = shift[i];
        shift[i] = before + 0.01f;
        double above = loss(program, batch);
        shift[i] = before - 0.01f;
        double below = loss(program, batch);
        shift[i] = before;
        assertThat(gradient.at(i)).isCloseTo((above - below) / 0.02, within(2e-3));
      }
    }
  }

  @Test
  void whatTheObjectiveDoesNotDependOnHasGradientZero() {
    Computation computation =
        (pass, inputs) -> {
          pass.parameter("lonely", Shape.of(2), Initializer.ones());
          return Map.of("one", pass.constant(1), "x", named(inputs, "x"));
        };
    Signature signature =
        Signature.of(Signature.Input.floats("x", N).withGradient()).differentiating("one");
    try (GradientBuffer buffer = backend.gradientBuffer()) {
      Program.Results results =
          backend
              .compile(computation, signature)
              .valueAndGradients(Map.of("x", floats(1, 2, 3)), 0, buffer);
      assertThat(named(results.inputGradients(), "x").toFloats()).containsExactly(0, 0, 0);
      assertThat(named(results.outputs(), "x").toFloats()).containsExactly(1, 2, 3);
      assertThat(buffer.globalNorm()).isZero();
    }
  }

  @Test
  void oneTraceServesEveryShape() {
    ToyModel model = new ToyModel(0);
    Program program = backend.compile(model, INFERENCE);
    assertThat(named(program.run(ToyModel.batch(2, 3)), "logits").shape()).containsExactly(2, 3);
    assertThat(named(program.run(ToyModel.batch(5, 1)), "logits").shape()).containsExactly(5, 3);
    assertThat(named(program.run(ToyModel.batch(1, 9)), "logits").shape()).containsExactly(1, 3);
    assertThat(model.traces()).isEqualTo(1);
  }

  @Test
  void compilingAComputationAgainGivesTheSameProgram() {
    ToyModel model = new ToyModel(0);
    Program program = backend.compile(model, INFERENCE);
    assertThat(backend.compile(model, INFERENCE)).isSameAs(program);
    assertThat(backend.compile(model, DIFFERENTIATED)).isNotSameAs(program);
    assertThat(model.traces()).isEqualTo(2);
  }

  @Test
  void logSoftmaxOfMoreThanMatricesHasTheRightGradient() {
    Program program =
        backend.compile(
            (pass, inputs) ->
                Map.of("s", named(inputs, "x").logSoftmax(-1).slice(2, Dim.of(0), Dim.of(1)).sum()),
            Signature.of(Signature.Input.floats("x", N, Dim.of(2), Dim.of(3)).withGradient())
                .differentiating("s"));
    try (GradientBuffer buffer = backend.gradientBuffer()) {
      HostTensor gradient =
          named(
              program
                  .valueAndGradients(Map.of("x", HostTensor.of(new float[12], 2, 2, 3)), 0, buffer)
                  .inputGradients(),
              "x");
      assertThat(gradient.at(0)).isCloseTo(2 / 3.0, within(1e-6));
      assertThat(gradient.at(1)).isCloseTo(-1 / 3.0, within(1e-6));
    }
  }

  @Test
  void fusedKernelsComputeWhatTheDifferentiableOnesDo() {
    Map<String, HostTensor> batch = ToyModel.batch(4, 5);
    ToyModel model = new ToyModel(0);
    float[] fused = named(backend.compile(model, INFERENCE).run(batch), "logits").toFloats();
    float[] plain = named(backend.compile(model, DIFFERENTIATED).run(batch), "logits").toFloats();
    assertThat(fused).containsExactly(plain, within(1e-5f));
  }

  @Test
  void anEmptyBatchIsNoError() {
    Program program = backend.compile(new ToyModel(0), INFERENCE);
    assertThat(named(program.run(ToyModel.batch(0, 3)), "logits").shape()).containsExactly(0, 3);
  }

  @Test
  void attentionTakesMasksOfEveryForm() {
    for (Shape form :
        List.of(
            Shape.scalar(),
            Shape.of(ToyModel.T),
            Shape.of(ToyModel.T, ToyModel.T),
            Shape.of(ToyModel.B, Dim.of(1), Dim.of(1), ToyModel.T),
            Shape.of(Dim.of(1), Dim.of(2), Dim.of(1), ToyModel.T),
            Shape.of(ToyModel.B, Dim.of(2), ToyModel.T, ToyModel.T))) {
      Computation attend =
          (pass, inputs) -> {
            Tensor x = named(inputs, "x");
            Tensor y = pass.attention(x, x, x, named(inputs, "mask"), 0);
            return Map.of("y", y, "s", y.sum());
          };
      Signature signature =
          Signature.of(
              Signature.Input.floats("x", ToyModel.B, Dim.of(2), ToyModel.T, Dim.of(4)),
              Signature.Input.floats("mask", form.dims().toArray(Dim[]::new)));
      Map<String, HostTensor> inputs =
          Map.of("x", wave(3, 2, 5, 4), "mask", wave(form.sizes(Map.of("B", 3L, "T", 5L))));
      assertThat(named(backend.compile(attend, signature).run(inputs), "y").toFloats())
          .as("mask %s", form)
          .containsExactly(
              named(backend.compile(attend, signature.differentiating("s")).run(inputs), "y")
                  .toFloats(),
              within(1e-6f));
    }
  }

  @Test
  void aSetParameterIsSeenByCompiledPrograms() {
    Program program =
        backend.compile(
            (pass, inputs) ->
                Map.of(
                    "y",
                    named(inputs, "x").add(pass.parameter("p", Shape.of(2), Initializer.zeros()))),
            Signature.of(Signature.Input.floats("x", N, Dim.of(2))));
    Map<String, HostTensor> x = Map.of("x", HostTensor.of(new float[] {1, 2}, 1, 2));
    assertThat(named(program.run(x), "y").toFloats()).containsExactly(1, 2);
    backend.parameters().set("p", floats(10, 20));
    assertThat(named(program.run(x), "y").toFloats()).containsExactly(11, 22);
    DoubleBuffer direct =
        ByteBuffer.allocateDirect(16).order(ByteOrder.nativeOrder()).asDoubleBuffer();
    direct.put(0, -1).put(1, -2);
    backend.parameters().set("p", new HostTensor.Doubles(new long[] {2}, direct));
    assertThat(named(program.run(x), "y").toFloats()).containsExactly(0, 0);
    assertThat(backend.parameters().get("p").toFloats()).containsExactly(-1, -2);
    assertThatThrownBy(() -> backend.parameters().set("p", floats(1, 2, 3)))
        .isInstanceOf(ShapeException.class)
        .hasMessage("The parameter p has the shape [2] and cannot be set to [3].");
  }

  @Test
  void gradientsAddUpInTheBufferUntilItIsZeroed() {
    Program program = backend.compile(new ToyModel(0), DIFFERENTIATED);
    Map<String, HostTensor> batch = ToyModel.batch(2, 2);
    try (GradientBuffer buffer = backend.gradientBuffer()) {
      program.valueAndGradients(batch, 0, buffer);
      float[] once = named(buffer.read(), "classes.bias").toFloats();
      double norm = buffer.globalNorm();
      assertThat(norm).isCloseTo(norm(buffer.read()), within(1e-6));
      program.valueAndGradients(batch, 0, buffer);
      assertThat(buffer.globalNorm()).isCloseTo(2 * norm, within(1e-6));
      buffer.scale(0.5);
      assertThat(named(buffer.read(), "classes.bias").toFloats())
          .containsExactly(once, within(1e-7f));
      buffer.onHost(
          values -> values.forEach(v -> ((HostTensor.Floats) v).data().put(0, 3).put(1, 4)));
      assertThat(named(buffer.read(), "classes.bias").toFloats())
          .containsExactly(new float[] {3, 4, once[2]}, within(1e-7f));
      buffer.zero();
      assertThat(buffer.globalNorm()).isZero();
    }
  }

  @Test
  void aNewBufferIsEmptyThoughItReusesTheMemoryOfAClosedOne() {
    Program program = backend.compile(new ToyModel(0), DIFFERENTIATED);
    for (int i = 0; i < 3; i++) {
      try (GradientBuffer buffer = backend.gradientBuffer()) {
        assertThat(buffer.globalNorm()).isZero();
        program.valueAndGradients(ToyModel.batch(2, 2), 0, buffer);
        assertThat(buffer.globalNorm()).isPositive();
      }
    }
  }

  @Test
  void frozenParametersHaveNoGradient() {
    ToyModel model = new ToyModel(0);
    Map<String, HostTensor> batch = ToyModel.batch(2, 2);
    try (Backend own = new TensorFlowBackendProvider().create(CONFIG)) {
      own.compile(model, INFERENCE);
      own.parameters().setTrainable("table", false);
      try (GradientBuffer buffer = own.gradientBuffer()) {
        Program program = own.compile(model, DIFFERENTIATED);
        program.valueAndGradients(batch, 0, buffer);
        assertThat(buffer.read()).doesNotContainKey("table").containsKey("classes.bias");
      }
      own.parameters().setTrainable("table", true);
      try (GradientBuffer buffer = own.gradientBuffer()) {
        Program program = own.compile(model, DIFFERENTIATED);
        program.valueAndGradients(batch, 0, buffer);
        assertThat(norm(Map.of("table", named(buffer.read(), "table")))).isPositive();
      }
    }
  }

  @Test
  void theSeedAloneDecidesWhatDropoutZeroes() {
    Computation drop = (pass, inputs) -> Map.of("y", pass.dropout(named(inputs, "x"), 0.25));
    Program program =
        backend.compile(
            drop, Signature.of(Signature.Input.floats("x", N, Dim.of(50))).whileTraining());
    float[] ones = new float[5000];
    Arrays.fill(ones, 1);
    Map<String, HostTensor> x = Map.of("x", HostTensor.of(ones, 100, 50));
    float[] first = named(program.run(x, 1L << 40), "y").toFloats();
    assertThat(named(program.run(x, 1L << 40), "y").toFloats()).isEqualTo(first);
    assertThat(named(program.run(x, 1), "y").toFloats()).isNotEqualTo(first);
    int kept = 0;
    for (float y : first) {
      assertThat(y == 0 || Math.abs(y - 4 / 3f) < 1e-6).isTrue();
      kept += y == 0 ? 0 : 1;
    }
    assertThat(kept / 5000.0).isCloseTo(0.75, within(0.03));
  }

  @Test
  void gradientsPassThroughDropout() {
    Program program = backend.compile(new ToyModel(0.3), DIFFERENTIATED.whileTraining());
    Map<String, HostTensor> batch = ToyModel.batch(3, 4);
    try (GradientBuffer buffer = backend.gradientBuffer()) {
      program.valueAndGradients(batch, 5, buffer);
      assertThat(named(buffer.read(), "layer.up.weight").at(3))
          .isCloseTo(difference(program, batch, "layer.up.weight", 3), within(2e-3));
    }
  }

  @Test
  void halfPrecisionMeetsTheConstantsOfCompositions() {
    Computation half =
        (pass, inputs) -> {
          var x = named(inputs, "x").cast(ElementType.BFLOAT16);
          var y = pass.layerNorm(pass.linear(x, "half", 4).gelu().softmax(0), "half.norm", 1e-5);
          return Map.of(
              "y", y.mul(2).cast(ElementType.FLOAT), "s", y.mean().cast(ElementType.FLOAT));
        };
    Signature signature = Signature.of(Signature.Input.floats("x", N, Dim.of(4)));
    Map<String, HostTensor> x = Map.of("x", HostTensor.of(new float[] {1, 2, 3, 4}, 1, 4));
    assertThat(named(backend.compile(half, signature).run(x), "y").toFloats())
        .containsExactly(
            named(backend.compile(half, signature.differentiating("s")).run(x), "y").toFloats(),
            within(0.02f));
  }

  @Test
  void eightThreadsRunSetAndCompile() throws Exception {
    ToyModel model = new ToyModel(0);
    Program shared = backend.compile(model, INFERENCE);
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Callable<Boolean>> jobs = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        int mine = i;
        jobs.add(() -> work(shared, mine));
      }
      for (Future<Boolean> done : threads.invokeAll(jobs)) {
        assertThat(done.get()).isTrue();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static boolean work(Program shared, int thread) {
    for (int i = 0; i < 40; i++) {
      HostTensor logits = named(shared.run(ToyModel.batch(1 + i % 4, 1 + i % 3)), "logits");
      assertThat(logits.shape()).containsExactly(1 + i % 4, 3);
      backend.parameters().set("of.thread." + thread, floats(i));
      assertThat(backend.parameters().get("of.thread." + thread).toFloats()).containsExactly(i);
      if (i % 20 == 0) {
        try (GradientBuffer buffer = backend.gradientBuffer()) {
          Program own = backend.compile(new ToyModel(0), DIFFERENTIATED);
          own.valueAndGradients(ToyModel.batch(2, 2), 0, buffer);
          assertThat(buffer.globalNorm()).isPositive();
        }
      }
    }
    return true;
  }

  @Test
  void whatIsClosedRefusesToWork() {
    Backend own = new TensorFlowBackendProvider().create(CONFIG);
    ToyModel model = new ToyModel(0);
    Program program = own.compile(model, INFERENCE);
    GradientBuffer returned = own.gradientBuffer();
    returned.close();
    returned.close();
    assertThatThrownBy(returned::zero)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("The gradient buffer is closed.");
    GradientBuffer buffer = own.gradientBuffer();
    own.close();
    own.close();
    assertThatThrownBy(() -> program.run(ToyModel.batch(1, 1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("The backend 'tensorflow' is closed.");
    assertThatThrownBy(buffer::zero).isInstanceOf(IllegalStateException.class);
    buffer.close();
    assertThatThrownBy(() -> own.parameters().names())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("The backend 'tensorflow' is closed.");
  }

  @Test
  void idsBeyondTheTableAreAnErrorAndNoCrash() {
    Program program = backend.compile(new ToyModel(0), INFERENCE);
    Map<String, HostTensor> batch = ToyModel.batch(1, 1);
    ((HostTensor.Longs) named(batch, "ids")).data().put(0, 1000);
    assertThatThrownBy(() -> program.run(batch))
        .isInstanceOf(BackendException.class)
        .hasMessageContaining("1000");
  }

  @Test
  void outputsThatCannotLeaveAProgramAreRefusedByName() {
    Signature signature = Signature.of(Signature.Input.floats("x", N));
    assertThatThrownBy(
            () ->
                backend.compile(
                    (pass, inputs) -> Map.of("y", named(inputs, "x").greater(named(inputs, "x"))),
                    signature))
        .isInstanceOf(ShapeException.class)
        .hasMessage("The output 'y' is BOOL: only FLOAT and INT leave a program; cast it.");
    assertThatThrownBy(
            () ->
                backend.compile(
                    (pass, inputs) -> Map.of("y", named(inputs, "x")),
                    signature.differentiating("y")))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("The objective 'y' must be an output and a FLOAT scalar");
  }

  @Test
  void aGpuIsRefusedWhereThereIsNone() {
    assumeThat(backend.device().kind()).isEqualTo(DeviceKind.CPU);
    assertThatThrownBy(
            () -> new TensorFlowBackendProvider().create(CONFIG.withDevice(DeviceKind.GPU)))
        .isInstanceOf(BackendException.class)
        .hasMessageContaining("finds no usable GPU");
  }

  private static double difference(
      Program program, Map<String, HostTensor> batch, String name, int index) {
    HostTensor before = backend.parameters().get(name);
    double[] losses = new double[2];
    for (int side = 0; side < 2; side++) {
      float[] changed = before.toFloats();
      changed[index] += side == 0 ? 0.01f : -0.01f;
      backend.parameters().set(name, HostTensor.of(changed, before.shape()));
      losses[side] = loss(program, batch);
    }
    backend.parameters().set(name, before);
    return (losses[0] - losses[1]) / 0.02;
  }

  private static double loss(Program program, Map<String, HostTensor> batch) {
    return named(program.run(batch, 5), "loss").at(0);
  }

  private static double norm(Map<String, HostTensor> gradients) {
    double squares = 0;
    for (HostTensor gradient : gradients.values()) {
      for (double x : gradient.toDoubles()) {
        squares += x * x;
      }
    }
    return Math.sqrt(squares);
  }

  private static HostTensor wave(long... shape) {
    float[] values = new float[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.sin(i * 1.7);
    }
    return HostTensor.of(values, shape);
  }

  private static HostTensor floats(float... values) {
    return HostTensor.of(values, values.length);
  }
}
