package org.simcse.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.simcse.tests.Checks.assertClose;
import static org.simcse.tests.Checks.named;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.simcse.api.engine.Backend;
import org.simcse.api.engine.BackendConfig;
import org.simcse.api.engine.Computation;
import org.simcse.api.engine.Precision;
import org.simcse.api.engine.Program;
import org.simcse.api.engine.Signature;
import org.simcse.api.tensor.Dim;
import org.simcse.api.tensor.Dropout;
import org.simcse.api.tensor.DropoutMode;
import org.simcse.api.tensor.ElementType;
import org.simcse.api.tensor.HostTensor;
import org.simcse.api.tensor.Initializer;
import org.simcse.api.tensor.PortableRandom;
import org.simcse.api.tensor.Shape;
import org.simcse.api.tensor.Tensor;
import org.simcse.api.tensor.TensorOps;
import org.simcse.tests.ops.DefaultCompositions;
import org.simcse.tests.ops.ForwardingOps;

/**
 * The rules O of the specification: the results of every operation of a backend.
 *
 * <pre>{@code
 * class MyTensorOpsConformanceTest extends TensorOpsConformance {
 *   @Override protected TestEnvironment environment() { return TestEnvironment.of("mine"); }
 * }
 * }</pre>
 *
 * @since 0.1.0
 */
public abstract class TensorOpsConformance extends BackendConformance {
  private static final int SIZES_TRIED = 3;
  private static final Dim B = Dim.symbol("B");
  private static final Dim T = Dim.symbol("T");

  /** For subclasses. */
  protected TensorOpsConformance() {}

  /** Returns the operations that every backend implements itself. */
  public static List<String> primitives() {
    return Operations.primitives().stream().map(Operation::name).toList();
  }

  /** Returns the operations that have a default composition. */
  public static List<String> compositions() {
    return Operations.compositions().stream().map(Operation::name).toList();
  }

  /** Returns the operations through which a gradient flows. */
  public static List<String> differentiable() {
    return Operations.differentiable().stream().map(Operation::name).toList();
  }

  /**
   * If this fails, compare with the formula in {@code TensorOps}: the message names operation and
   * element. Sizes of 1 and equal sizes are included.
   */
  @Rule({"O-01", "O-05"})
  @ParameterizedTest(name = "{0}")
  @MethodSource("primitives")
  public void everyPrimitiveHasTheValuesOfTheReference(String operation) {
    compareValues(backend(), Operations.named(operation));
  }

  /** If only this fails, and not the test of composed defaults, the fused kernel is wrong. */
  @Rule({"O-02", "O-05"})
  @ParameterizedTest(name = "{0}")
  @MethodSource("compositions")
  public void everyCompositionHasTheValuesOfTheReference(String operation) {
    compareValues(backend(), Operations.named(operation));
  }

  /** If this fails, a primitive that the composition uses is wrong in a way that O-01 misses. */
  @Rule("O-02")
  @ParameterizedTest(name = "{0}")
  @MethodSource("compositions")
  public void composedOfPrimitivesEveryCompositionHasTheSameValues(String operation) {
    try (Backend composing = environment().start(config -> config.withDecorator(composing()))) {
      compareValues(composing, Operations.named(operation));
    }
  }

  /** If this fails, check that the gradient reaches every operand, summed over broadcast axes. */
  @Rule("O-03")
  @EnabledIf("claimsGradients")
  @ParameterizedTest(name = "{0}")
  @MethodSource("differentiable")
  public void everyGradientIsTheCentralDifference(String operation) {
    compareGradients(Operations.named(operation));
  }

  /** Shapes are generated: up to four axes, any of which may be missing or 1 in either operand. */
  @Rule("O-04")
  @ParameterizedTest
  @ValueSource(strings = {"add", "sub", "mul", "div", "maximum", "where"})
  public void operandsOfDifferentShapesStretch(String name) {
    Samples samples = samples(name);
    for (int i = 0; i < 4; i++) {
      Shape whole = new Shape(Stream.of("A", "B", "C", "D").map(Dim::symbol).toList());
      Shape left = samples.shrunk(whole);
      Shape right = samples.shrunk(whole);
      Operation operation = Operations.stretching(name, left, right);
      compareValues(backend(), operation);
      if (claimsGradients()) {
        compareGradients(operation);
      }
    }
  }

  private void compareValues(Backend tested, Operation operation) {
    Samples samples = samples(operation.name());
    Program actual = tested.compile(operation, operation.signature(false));
    Program expected = reference().compile(operation, operation.signature(false));
    for (int i = 0; i < SIZES_TRIED; i++) {
      Map<String, Long> sizes = samples.sizes(Operation.SYMBOLS);
      Map<String, HostTensor> inputs = samples.inputs(operation.operands(), sizes);
      HostTensor y = named(actual.run(inputs), "y");
      HostTensor wanted = named(expected.run(inputs), "y");
      assertThat(y.type()).as("the type of %s", operation).isEqualTo(wanted.type());
      assertClose(operation + " at " + sizes, y, wanted, environment().tolerance().values());
    }
  }

  private void compareGradients(Operation operation) {
    Samples samples = samples(operation.name());
    Map<String, Long> sizes = samples.sizes(Operation.SYMBOLS);
    Map<String, HostTensor> inputs = samples.inputs(operation.operands(), sizes);
    Signature signature = operation.signature(true);
    Map<String, HostTensor> actual =
        differentiate(backend(), operation, signature, inputs).inputGradients();
    Program exact = reference().compile(operation, operation.signature(false));
    for (Signature.Input input : signature.differentiable()) {
      HostTensor gradient = named(actual, input.name());
      double[] slopes = new double[gradient.size()];
      Arrays.setAll(slopes, i -> Operation.slope(exact, inputs, input.name(), i));
      assertClose(
          "the gradient of %s with respect to %s at %s".formatted(operation, input.name(), sizes),
          gradient,
          HostTensor.of(slopes, named(inputs, input.name()).shape()),
          environment().tolerance().gradients());
    }
  }

  private static BackendConfig.OpsDecorator composing() {
    return new BackendConfig.OpsDecorator() {
      @Override
      public <H> TensorOps<H> decorate(TensorOps<H> ops) {
        return new DefaultCompositions<>(ops);
      }
    };
  }

  /** If this fails, the square root's infinite slope at 0 was multiplied by 0. */
  @Rule("O-06")
  @Test
  @EnabledIf("claimsGradients")
  public void aZeroRowStaysZeroAndItsGradientIsFinite() {
    Computation normalize =
        (pass, inputs) -> {
          Tensor y = named(inputs, "x").normalize(-1, 1e-8);
          return Map.of("y", y, "loss", y.mul(y).add(y).sum());
        };
    Signature signature =
        Signature.of(Signature.Input.floats("x", B, Dim.of(2)).withGradient())
            .differentiating("loss");
    Map<String, HostTensor> inputs = Map.of("x", HostTensor.of(new double[] {0, 0, 3, 4}, 2, 2));
    Program.Results results = differentiate(backend(), normalize, signature, inputs);
    assertClose(
        "normalize",
        named(results.outputs(), "y"),
        HostTensor.of(new double[] {0, 0, 0.6, 0.8}, 2, 2),
        environment().tolerance().values());
    HostTensor gradient = named(results.inputGradients(), "x");
    assertThat(gradient.toDoubles()).as("the gradient").doesNotContain(Double.NaN);
    assertThat(Math.abs(gradient.at(2) - 0.032)).isLessThan(environment().tolerance().gradients());
    assertThat(Math.abs(gradient.at(0))).as("the zero row's").isBetween(0.0, 1.01e8);
  }

  /** If this fails, check 32-bit wrap-around, both halves of the seed, and absent indices. */
  @Rule("O-07")
  @ParameterizedTest
  @ValueSource(longs = {0, 1, -1, 0x123456789ABCDEFL})
  public void uniformIsThePortableGeneratorBitForBit(long seed) {
    Computation draws = (pass, inputs) -> Map.of("y", pass.dropout(named(inputs, "x"), 0.5));
    List<Dim> dims = List.of(B, T, Dim.of(2), Dim.of(3));
    for (int keys = 1; keys <= 2; keys++) {
      DrawingDecorator drawing = new DrawingDecorator(keys);
      try (Backend tested =
          environment()
              .start(config -> config.withDropout(DropoutMode.PORTABLE).withDecorator(drawing))) {
        for (int rank = 1; rank + keys <= 5; rank++) {
          Shape shape = new Shape(dims.subList(0, rank));
          long[] sizes = shape.sizes(Map.of("B", 3L, "T", 2L));
          Signature signature =
              Signature.of(new Signature.Input("x", ElementType.FLOAT, shape, false))
                  .whileTraining();
          HostTensor x = samples("uniform").floats(0, 1, sizes);
          double[] actual =
              named(tested.compile(draws, signature).run(Map.of("x", x), seed), "y").toDoubles();
          assertThat(actual)
              .as("uniform of %s with %d keys", shape, keys)
              .containsExactly(drawing.expected(seed, sizes));
        }
      }
    }
  }

  /** Shows the draws themselves in place of dropout. The keys are 7, 14, … times the row. */
  private static final class DrawingDecorator implements BackendConfig.OpsDecorator {
    private static final long FACTOR = 7;
    private final int keys;
    private final AtomicInteger site = new AtomicInteger();

    DrawingDecorator(int keys) {
      this.keys = keys;
    }

    @Override
    public <H> TensorOps<H> decorate(TensorOps<H> ops) {
      return new ForwardingOps<>(ops) {
        @Override
        public H dropout(H x, Shape shape, Dropout<H> dropout) {
          site.set(dropout.site());
          H rows = dropout.keys().get(0);
          List<H> others = new ArrayList<>();
          H sum = sub(rows, rows);
          for (int k = 1; k <= keys; k++) {
            for (int i = 0; i < FACTOR; i++) {
              sum = add(sum, rows);
            }
            others.add(sum);
          }
          return uniform(dropout.seed(), dropout.site(), others, shape);
        }
      };
    }

    double[] expected(long seed, long[] sizes) {
      double[] draws = new double[(int) Arrays.stream(sizes).reduce(1, (a, b) -> a * b)];
      for (int i = 0; i < draws.length; i++) {
        long[] words = new long[keys + sizes.length - 1];
        long rest = i;
        for (int axis = sizes.length - 1; axis > 0; axis--) {
          words[keys + axis - 1] = rest % sizes[axis];
          rest /= sizes[axis];
        }
        for (int k = 0; k < keys; k++) {
          words[k] = (k + 1) * FACTOR * rest;
        }
        long[] place = Arrays.copyOfRange(words, 1, words.length);
        draws[i] = PortableRandom.uniform(seed, site.get(), words[0], place);
      }
      return draws;
    }
  }

  /** If this fails, the maximum score is not subtracted before the exponential. */
  @Rule("O-08")
  @Test
  public void largeScoresDoNotOverflow() {
    Computation scores =
        (pass, inputs) -> {
          Tensor x = named(inputs, "x");
          return Map.of("softmax", x.softmax(-1), "logSoftmax", x.logSoftmax(-1));
        };
    Map<String, HostTensor> outputs =
        run(
            backend(),
            scores,
            Signature.of(Signature.Input.floats("x", B)),
            Map.of("x", HostTensor.of(new double[] {1e4, 1e4 - 1, -1e4}, 3)));
    double first = 1 / (1 + Math.exp(-1));
    double tolerance = environment().tolerance().values();
    assertClose(
        "softmax",
        named(outputs, "softmax"),
        HostTensor.of(new double[] {first, 1 - first, 0}, 3),
        tolerance);
    assertClose(
        "logSoftmax",
        named(outputs, "logSoftmax"),
        HostTensor.of(
            new double[] {Math.log(first), Math.log(first) - 1, Math.log(first) - 2e4}, 3),
        tolerance);
  }

  /** If this fails, integers pass through floating point somewhere. */
  @Rule("O-09")
  @Test
  public void integersAreExactBeyondSinglePrecision() {
    long[] large = {(1L << 40) + 1, -(1L << 50) + 1, 16_777_217};
    Computation sums =
        (pass, inputs) -> {
          Tensor x = named(inputs, "x");
          return Map.of("y", Tensor.concat(0, List.of(x, x.add(x).sub(x.neg()).sub(x).sub(x))));
        };
    Map<String, HostTensor> outputs =
        run(
            backend(),
            sums,
            Signature.of(Signature.Input.ints("x", B)),
            Map.of("x", HostTensor.of(large, 3)));
    assertThat(named(outputs, "y").toLongs())
        .containsExactly(large[0], large[1], large[2], large[0], large[1], large[2]);
  }

  /** If this fails, check matrix product, sum and slice on zero rows. */
  @Rule("O-10")
  @Test
  public void anAxisMayBeEmpty() {
    Computation sums =
        (pass, inputs) -> {
          Tensor x = named(inputs, "x"); // [B, 3]
          Tensor y = named(inputs, "y"); // [T, 3]
          Tensor table = pass.parameter("table", Shape.of(2, 3), Initializer.ones());
          Tensor rows = table.take(named(inputs, "rows")); // [T, 3]
          return Map.of(
              "products", x.matmul(y.add(rows), false, true),
              "sums", y.sum(0),
              "joined", Tensor.concat(0, List.of(x, y)),
              "softmax", x.matmul(y, false, true).transpose(1, 0).softmax(-1));
        };
    Signature signature =
        Signature.of(
            Signature.Input.floats("x", B, Dim.of(3)),
            Signature.Input.floats("y", T, Dim.of(3)),
            Signature.Input.ints("rows", T));
    HostTensor x = samples("empty").floats(-1, 1, 2, 3);
    Map<String, HostTensor> outputs =
        run(
            backend(),
            sums,
            signature,
            Map.of(
                "x", x,
                "y", HostTensor.of(new double[0], 0, 3),
                "rows", HostTensor.of(new long[0], 0)));
    assertThat(named(outputs, "products").shape()).containsExactly(2, 0);
    assertThat(named(outputs, "softmax").shape()).containsExactly(0, 2);
    assertThat(named(outputs, "sums").toDoubles()).containsExactly(0, 0, 0);
    assertThat(named(outputs, "joined").toDoubles()).containsExactly(x.toDoubles());
  }

  /** Some engines do not check this on a GPU: there the rule is a SHOULD and is not tested. */
  @Rule("O-11")
  @Test
  @EnabledIf("computesOnCpu")
  public void aRowBeyondTheTableIsAnErrorAndTheBackendGoesOn() {
    Computation lookup =
        (pass, inputs) ->
            Map.of(
                "y",
                pass.parameter("table", Shape.of(3, 2), Initializer.ones())
                    .take(named(inputs, "rows")));
    Program program = backend().compile(lookup, Signature.of(Signature.Input.ints("rows", B)));
    for (long row : new long[] {3, -1, 1L << 33}) {
      assertThatThrownBy(() -> program.run(Map.of("rows", HostTensor.of(new long[] {0, row}, 2))))
          .as("row %d of 3", row)
          .isInstanceOf(RuntimeException.class);
    }
    HostTensor good = HostTensor.of(new long[] {2}, 1);
    assertThat(named(program.run(Map.of("rows", good)), "y").toDoubles()).containsExactly(1, 1);
  }

  /** Returns whether the backend computes on the CPU. */
  public final boolean computesOnCpu() {
    return environment().device() == org.simcse.api.engine.DeviceKind.CPU;
  }

  /**
   * If this fails, softmax, scale or mask are rounded too; long texts may have a separate kernel.
   */
  @Rule("O-14")
  @EnabledIf("claimsBfloat16")
  @ParameterizedTest
  @ValueSource(longs = {3, 100})
  public void attentionInHalfPrecisionIsThatOfTheReference(long tokens) {
    Operation attention = Operations.named("attention");
    Map<String, HostTensor> inputs =
        samples("half").inputs(attention.operands(), Map.of("A", 2L, "B", 5L, "C", tokens));
    try (Backend half = environment().start(config -> config.withPrecision(Precision.BF16))) {
      for (boolean differentiating : new boolean[] {false, claimsGradients()}) {
        Signature signature = attention.signature(differentiating);
        assertClose(
            "attention over %d tokens in BFLOAT16".formatted(tokens),
            named(run(half, attention, signature, inputs), "y"),
            named(run(reference(), attention, signature, inputs), "y"),
            environment().tolerance().bfloat16());
      }
    }
  }

  /** If this fails, the operand of stopGradient is differentiated through. */
  @Rule("O-12")
  @Test
  @EnabledIf("claimsGradients")
  public void nothingFlowsBackThroughStopGradient() {
    Computation product =
        (pass, inputs) -> {
          Tensor x = named(inputs, "x");
          return Map.of("loss", x.mul(x.stopGradient()).sum());
        };
    HostTensor x = samples("stop").floats(-1, 1, 3);
    Signature signature =
        Signature.of(Signature.Input.floats("x", B).withGradient()).differentiating("loss");
    assertClose(
        "the gradient of x * stopGradient(x)",
        named(differentiate(backend(), product, signature, Map.of("x", x)).inputGradients(), "x"),
        x,
        environment().tolerance().gradients());
  }

  /** If this fails, check that kept elements are divided by the fraction kept. */
  @Rule("O-13")
  @Test
  @EnabledIf("claimsDropout")
  public void dropoutZeroesAShareAndScalesTheRest() {
    Computation dropout = (pass, inputs) -> Map.of("y", pass.dropout(named(inputs, "x"), 0.25));
    Signature signature = Signature.of(Signature.Input.floats("x", B, T)).whileTraining();
    double[] ones = new double[100 * 100];
    Arrays.fill(ones, 1);
    double[] y =
        named(run(backend(), dropout, signature, Map.of("x", HostTensor.of(ones, 100, 100))), "y")
            .toDoubles();
    double tolerance = environment().tolerance().values();
    assertThat(Arrays.stream(y)).allMatch(v -> v == 0 || Math.abs(v - 4 / 3.0) < tolerance);
    // Five standard deviations of the fraction of 10,000 Bernoulli draws.
    assertThat(Arrays.stream(y).filter(v -> v == 0).count() / 1e4).isBetween(0.228, 0.272);
  }
}
