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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.condition.EnabledIf;
import org.simcse.api.engine.Backend;
import org.simcse.api.engine.Capability;
import org.simcse.api.engine.Computation;
import org.simcse.api.engine.Program;
import org.simcse.api.engine.Signature;
import org.simcse.api.error.ShapeException;
import org.simcse.api.error.UnsupportedCapabilityException;
import org.simcse.api.tensor.Dim;
import org.simcse.api.tensor.ElementType;
import org.simcse.api.tensor.HostTensor;
import org.simcse.api.tensor.Initializer;
import org.simcse.api.tensor.Shape;
import org.simcse.api.tensor.Tensor;

/**
 * The rules G-01 to G-18 of the specification: programs, inputs, parameters and dropout.
 *
 * @since 0.1.0
 */
public abstract class ProgramConformance extends BackendConformance {
  private static final Dim B = Dim.symbol("B");
  private static final Dim T = Dim.symbol("T");
  private static final Signature ROWS = Signature.of(Signature.Input.floats("x", B, Dim.of(3)));

  /** For subclasses. */
  protected ProgramConformance() {}

  private static Computation linear() {
    return (pass, inputs) -> Map.of("y", pass.linear(named(inputs, "x"), "dense", 2));
  }

  private Map<String, HostTensor> rows(int count) {
    return Map.of("x", samples("rows" + count).floats(-1, 1, count, 3));
  }

  private static HostTensor filled(double value, long... shape) {
    double[] numbers = new double[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
    Arrays.fill(numbers, value);
    return HostTensor.of(numbers, shape);
  }

  /** If this fails, the program is traced again for every shape: sizes must be symbols. */
  @Rule("G-01")
  @Test
  public void oneTraceServesEveryShape() {
    AtomicInteger traces = new AtomicInteger();
    Computation counting =
        (pass, inputs) -> {
          traces.incrementAndGet();
          return Map.of("y", named(inputs, "x").mul(2).sum(0));
        };
    Program program = backend().compile(counting, Signature.of(Signature.Input.floats("x", B, T)));
    for (long[] shape : new long[][] {{2, 3}, {5, 1}, {1, 7}, {2, 3}}) {
      HostTensor y = named(program.run(Map.of("x", filled(1, shape))), "y");
      assertThat(y.shape()).containsExactly(shape[1]);
      assertThat(y.at(0)).isEqualTo(2.0 * shape[0]);
    }
    assertThat(traces).as("traces of four runs").hasValue(1);
  }

  /** If this fails, check the key of the cache: computation and signature, both by equals. */
  @Rule("G-02")
  @Test
  public void theSameComputationAndSignatureGiveTheSameProgram() {
    Computation model = linear();
    Program first = backend().compile(model, ROWS);
    assertThat(backend().compile(model, ROWS)).isSameAs(first);
    assertThat(backend().compile(model, ROWS.whileTraining())).isNotSameAs(first);
    Computation other = (pass, inputs) -> model.trace(pass, inputs);
    assertThat(backend().compile(other, ROWS)).isNotSameAs(first);
  }

  /** If this fails, programs copy parameters instead of referring to the store. */
  @Rule("G-03")
  @Test
  public void programsShareOneParameterSet() {
    Computation scaled =
        (pass, inputs) -> Map.of("y", pass.linear(named(inputs, "x"), "dense", 2).mul(3));
    Program plain = backend().compile(linear(), ROWS);
    Program thrice = backend().compile(scaled, ROWS);
    assertThat(backend().parameters().names()).containsExactly("dense.bias", "dense.weight");
    double once = named(plain.run(rows(1)), "y").at(0);
    assertThat(Math.abs(named(thrice.run(rows(1)), "y").at(0) - 3 * once))
        .isLessThan(environment().tolerance().values());
  }

  /** If this fails, a compiled program keeps the old value of a parameter. */
  @Rule("G-04")
  @Test
  public void aSetParameterIsSeenByACompiledProgram() {
    Program program = backend().compile(linear(), ROWS);
    program.run(rows(2));
    backend().parameters().set("dense.weight", filled(2, 2, 3));
    backend().parameters().set("dense.bias", filled(-1, 2));
    HostTensor y = named(program.run(Map.of("x", filled(1, 1, 3))), "y");
    assertClose("y after a parameter was set", y, filled(5, 1, 2), 1e-6);
  }

  /** If this fails, the store keeps the caller's array, or returns its own. */
  @Rule("G-05")
  @Test
  public void parametersAreCopiedInAndOut() {
    double[] mine = {1, 2};
    backend().parameters().set("p", HostTensor.of(mine, 2));
    mine[0] = 9;
    HostTensor copy = backend().parameters().get("p");
    assertThat(copy.toDoubles()).containsExactly(1, 2);
    Computation model =
        (pass, inputs) ->
            Map.of(
                "y", pass.parameter("p", Shape.of(2), Initializer.zeros()).add(named(inputs, "x")));
    HostTensor y =
        named(
            run(
                backend(),
                model,
                Signature.of(Signature.Input.floats("x")),
                Map.of("x", filled(0))),
            "y");
    assertThat(y.toDoubles()).containsExactly(1, 2);
  }

  /** If this fails, a backend draws initial values itself. */
  @Rule("G-06")
  @Test
  public void initialParametersAreThoseOfSeedAndName() {
    Program program = backend().compile(linear(), ROWS);
    program.run(rows(1));
    HostTensor expected =
        Initializer.normal(0.02f).values(environment().seed(), "dense.weight", 2, 3);
    assertThat(backend().parameters().get("dense.weight").toFloats())
        .containsExactly(expected.toFloats());
    assertThat(backend().parameters().get("dense.bias").toFloats()).containsExactly(0, 0);
  }

  /** If this fails, the message lacks the parameter's name or one of the shapes. */
  @Rule("G-07")
  @Test
  public void aParameterOfAnotherShapeIsRefusedByName() {
    backend().parameters().set("dense.weight", filled(1, 2, 4));
    assertThatThrownBy(() -> backend().compile(linear(), ROWS))
        .isInstanceOf(ShapeException.class)
        .hasMessageContainingAll("dense.weight", "[2, 4]", "[2, 3]");
    assertThatThrownBy(() -> backend().parameters().set("dense.weight", filled(1, 5)))
        .isInstanceOf(ShapeException.class)
        .hasMessageContainingAll("dense.weight", "[2, 4]", "[5]");
    assertThatThrownBy(() -> backend().parameters().get("nowhere"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("nowhere");
  }

  /** If this fails, inputs reach the engine before {@code Signature.bind} has checked them. */
  @Rule("G-08")
  @Test
  public void inputsThatDoNotFitAreRefusedByName() {
    Signature signature =
        Signature.of(Signature.Input.floats("x", B, Dim.of(3)), Signature.Input.ints("ids", B));
    Computation model =
        (pass, inputs) ->
            Map.of(
                "y", named(inputs, "x").sum(1).add(named(inputs, "ids").cast(ElementType.FLOAT)));
    Program program = backend().compile(model, signature);
    HostTensor x = filled(1, 2, 3);
    HostTensor ids = HostTensor.of(new long[2], 2);
    refused(program, Map.of("x", x), "ids", "missing");
    refused(program, Map.of("x", filled(1, 2, 4), "ids", ids), "x", "[2, 4]");
    refused(program, Map.of("x", x, "ids", HostTensor.of(new long[3], 3)), "ids", "[3]");
    refused(program, Map.of("x", x, "ids", filled(1, 2)), "ids", "FLOAT");
    refused(program, Map.of("x", x, "ids", ids, "more", x), "no input more");
    assertThat(named(program.run(Map.of("x", x, "ids", ids)), "y").at(1)).isEqualTo(3);
  }

  private static void refused(Program program, Map<String, HostTensor> inputs, String... words) {
    assertThatThrownBy(() -> program.run(inputs))
        .isInstanceOf(ShapeException.class)
        .hasMessageContainingAll(words);
  }

  /** If this fails, outputs share memory with the engine or with each other. */
  @Rule("G-09")
  @Test
  public void outputsBelongToTheCaller() {
    Computation same = (pass, inputs) -> Map.of("a", named(inputs, "x"), "b", named(inputs, "x"));
    double[] mine = {1, 2, 3};
    Map<String, HostTensor> inputs = Map.of("x", HostTensor.of(mine, 1, 3));
    Program program = backend().compile(same, ROWS);
    Map<String, HostTensor> first = program.run(inputs);
    mine[0] = 7;
    Map<String, HostTensor> second = program.run(inputs);
    assertThat(named(first, "a").toDoubles()).containsExactly(1, 2, 3);
    assertThat(named(first, "b").toDoubles()).containsExactly(1, 2, 3);
    assertThat(named(second, "a").toDoubles()).containsExactly(7, 2, 3);
  }

  /** If this fails, a failed trace leaves a lock held or the store half-changed. */
  @Rule("G-10")
  @Test
  public void aComputationThatFailsLeavesTheBackendUsable() {
    List<Tensor> leaked = new ArrayList<>();
    Computation failing =
        (pass, inputs) -> {
          leaked.add(named(inputs, "x"));
          throw new IllegalArgumentException("no such model");
        };
    assertThatThrownBy(() -> backend().compile(failing, ROWS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no such model");
    assertThat(named(run(backend(), linear(), ROWS, rows(2)), "y").shape()).containsExactly(2, 2);
    assertThatThrownBy(() -> leaked.get(0).neg())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("pass is over");
  }

  private static Computation dropout() {
    return (pass, inputs) -> Map.of("y", pass.dropout(named(inputs, "x"), 0.5));
  }

  /** If this fails, dropout is not seeded with the run's seed. */
  @Rule("G-11")
  @Test
  @EnabledIf("claimsDropout")
  public void theSeedDecidesWhatIsDropped() {
    Map<String, HostTensor> x = Map.of("x", filled(1, 40, 3));
    Program program = backend().compile(dropout(), ROWS.whileTraining());
    double[] first = named(program.run(x, 5), "y").toDoubles();
    assertThat(named(program.run(x, 6), "y").toDoubles()).as("another seed").isNotEqualTo(first);
    assertThat(named(program.run(x, 5), "y").toDoubles()).as("the same seed").isEqualTo(first);
  }

  /** If this fails, two dropouts of one program draw the same mask. */
  @Rule("G-11")
  @Test
  @EnabledIf("claimsDropout")
  public void twoDropoutsOfOneProgramDrawApart() {
    Computation twice =
        (pass, inputs) ->
            Map.of(
                "y", pass.dropout(named(inputs, "x"), 0.5),
                "z", pass.dropout(named(inputs, "x"), 0.5));
    Map<String, HostTensor> outputs =
        run(backend(), twice, ROWS.whileTraining(), Map.of("x", filled(1, 40, 3)));
    assertThat(named(outputs, "y").toDoubles()).isNotEqualTo(named(outputs, "z").toDoubles());
  }

  /** If this fails, a program compiled for inference applies dropout. */
  @Rule("G-12")
  @Test
  public void evaluationDropsNothing() {
    Map<String, HostTensor> x = Map.of("x", filled(1, 40, 3));
    HostTensor y = named(run(backend(), dropout(), ROWS, x), "y");
    assertClose("the output of dropout in evaluation", y, named(x, "x"), 0);
  }

  /** If this fails, dropout is omitted silently: report the lacking capability. */
  @Rule("G-13")
  @Test
  @DisabledIf("claimsDropout")
  public void withoutDropoutTrainingIsRefusedByName() {
    assertThatThrownBy(
            () -> run(backend(), dropout(), ROWS.whileTraining(), Map.of("x", filled(1, 4, 3))))
        .isInstanceOf(UnsupportedCapabilityException.class)
        .hasMessageContainingAll(backend().name(), Capability.DROPOUT.name());
  }

  private static Computation halved() {
    return (pass, inputs) -> {
      Tensor x = named(inputs, "x").cast(ElementType.BFLOAT16);
      return Map.of("y", x.matmul(x, false, true).mul(0.5).cast(ElementType.FLOAT));
    };
  }

  /** If this fails, casts to and from BFLOAT16 or products in it are wrong. */
  @Rule("G-14")
  @Test
  @EnabledIf("claimsBfloat16")
  public void bfloat16ComputesWithinItsTolerance() {
    Map<String, HostTensor> x = rows(4);
    Computation full =
        (pass, inputs) ->
            Map.of("y", named(inputs, "x").matmul(named(inputs, "x"), false, true).mul(0.5));
    HostTensor expected = named(run(reference(), full, ROWS, x), "y");
    HostTensor actual = named(run(backend(), halved(), ROWS, x), "y");
    assertClose("a product in BFLOAT16", actual, expected, environment().tolerance().bfloat16());
    assertThat(actual.toDoubles()).as("rounded").isNotEqualTo(expected.toDoubles());
  }

  /** If this fails, the exception has another type, or does not name backend and capability. */
  @Rule("G-14")
  @Test
  @DisabledIf("claimsBfloat16")
  public void withoutBfloat16TheCastIsRefusedByName() {
    assertThatThrownBy(() -> run(backend(), halved(), ROWS, rows(2)))
        .as("a cast to BFLOAT16")
        .isInstanceOf(UnsupportedCapabilityException.class)
        .hasMessageContainingAll(backend().name(), Capability.BFLOAT16.name());
  }

  /**
   * If this fails, a program still runs after its backend is closed, or does not say why it cannot.
   */
  @Rule("G-15")
  @Test
  public void aProgramLivesAsLongAsItsBackend() {
    Backend own = environment().start();
    Program program = own.compile(linear(), ROWS);
    assertThat(named(program.run(rows(1)), "y").shape()).containsExactly(1, 2);
    own.close();
    assertThatThrownBy(() -> program.run(rows(1)), "a run after close")
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  /**
   * If this fails, the store accepts integers and converts them, or stores an integer parameter.
   */
  @Rule("G-16")
  @Test
  public void parametersAreFloatingPointNumbers() {
    HostTensor integers = HostTensor.of(new long[] {1, 2}, 2);
    assertThatThrownBy(() -> backend().parameters().set("p", integers), "setting p to integers")
        .isInstanceOf(ShapeException.class)
        .hasMessageContainingAll("p", "INT");
    assertThat(backend().parameters().names()).isEmpty();
    backend().parameters().set("p", HostTensor.of(new float[] {3, 4}, 2));
    assertThatThrownBy(() -> backend().parameters().set("p", integers))
        .isInstanceOf(ShapeException.class)
        .hasMessageContainingAll("p", "INT");
    assertThat(backend().parameters().get("p").toDoubles()).containsExactly(3, 4);
    backend().parameters().set("p", HostTensor.of(new double[] {5, 6}, 2));
    assertThat(backend().parameters().get("p").type()).isEqualTo(ElementType.FLOAT);
    assertThat(backend().parameters().get("p").toDoubles()).containsExactly(5, 6);
  }

  /**
   * If this fails, a program returns a type that no host tensor can hold: outputs are not checked.
   */
  @Rule("G-17")
  @Test
  public void outputsThatCannotLeaveAProgramAreRefusedByName() {
    Computation truths = (pass, inputs) -> Map.of("larger", named(inputs, "x").greater(0));
    assertThatThrownBy(() -> backend().compile(truths, ROWS), "compiling an output of truth values")
        .isInstanceOf(ShapeException.class)
        .hasMessageContainingAll("larger", "BOOL");
    if (claimsBfloat16()) {
      Computation half =
          (pass, inputs) -> Map.of("half", named(inputs, "x").cast(ElementType.BFLOAT16));
      assertThatThrownBy(() -> backend().compile(half, ROWS))
          .isInstanceOf(ShapeException.class)
          .hasMessageContainingAll("half", "BFLOAT16");
    }
  }

  /** If this fails, a mistyped name silently freezes nothing. */
  @Rule("G-18")
  @Test
  public void trainabilityOfAnUnknownParameterIsRefusedByName() {
    backend().parameters().set("known", filled(1, 2));
    assertThatThrownBy(
            () -> backend().parameters().setTrainable("unknown", false),
            "freezing an unknown parameter")
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("unknown");
    assertThatThrownBy(() -> backend().parameters().isTrainable("unknown"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("unknown");
    assertThat(backend().parameters().isTrainable("known")).isTrue();
  }
}
