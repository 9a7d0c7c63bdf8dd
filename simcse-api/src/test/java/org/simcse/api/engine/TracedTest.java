package org.simcse.api.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.simcse.api.error.ShapeException;
import org.simcse.api.tensor.Dim;
import org.simcse.api.tensor.ElementType;
import org.simcse.api.tensor.Initializer;
import org.simcse.api.tensor.Shape;
import org.simcse.api.tensor.Tensor;
import org.simcse.api.tensor.TensorOps;

/** What every backend gets of a trace; a handle here is the operation's name. */
class TracedTest {
  private static final Dim B = Dim.symbol("B");
  private static final Signature X = Signature.of(Signature.Input.floats("x", B, Dim.of(3)));
  private static final Computation MODEL =
      (pass, inputs) -> {
        Tensor y = pass.linear(x(inputs), "dense", 2);
        return outputs("y", y, "loss", y.sum(), "rows", y.max(1).cast(ElementType.INT));
      };

  private final List<String> asked = new ArrayList<>();

  private static Tensor x(Map<String, Tensor> inputs) {
    return Objects.requireNonNull(inputs.get("x"));
  }

  private static Map<String, Tensor> outputs(Object... namesAndTensors) {
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    for (int i = 0; i < namesAndTensors.length; i += 2) {
      outputs.put((String) namesAndTensors[i], (Tensor) namesAndTensors[i + 1]);
    }
    return outputs;
  }

  @SuppressWarnings("unchecked")
  private static TensorOps<String> named() {
    return (TensorOps<String>)
        Proxy.newProxyInstance(
            TensorOps.class.getClassLoader(),
            new Class<?>[] {TensorOps.class},
            (proxy, method, arguments) -> method.getName());
  }

  /** Notes what is asked for. */
  private final class Handles implements Traced.Handles<String> {
    @Override
    public String input(Signature.Input input) {
      asked.add("input " + input.name());
      return "x";
    }

    @Override
    public String seed() {
      asked.add("seed");
      return "seed";
    }

    @Override
    public String parameter(String name, Shape shape, Initializer initializer) {
      asked.add("parameter " + name);
      return "w";
    }
  }

  private Traced<String> traced(Computation computation, Signature signature) {
    return Traced.of(computation, signature, BackendConfig.defaults(), named(), new Handles());
  }

  @Test
  void inputsParametersAndOutputsComeInOrderWithShapesAndTypes() {
    Traced<String> traced = traced(MODEL, X.differentiating("loss"));
    assertThat(asked)
        .containsExactly("input x", "seed", "parameter dense.weight", "parameter dense.bias");
    assertThat(traced.seed()).isEqualTo("seed");
    assertThat(traced.inputs())
        .containsExactly(
            Map.entry("x", new Traced.Value<>("x", Shape.of(B, Dim.of(3)), ElementType.FLOAT)));
    assertThat(traced.parameters().keySet()).containsExactly("dense.weight", "dense.bias");
    assertThat(traced.parameters().get("dense.weight"))
        .isEqualTo(new Traced.Value<>("w", Shape.of(2, 3), ElementType.FLOAT));
    assertThat(traced.outputs())
        .containsExactly(
            Map.entry("y", new Traced.Value<>("linear", Shape.of(B, Dim.of(2)), ElementType.FLOAT)),
            Map.entry("loss", new Traced.Value<>("sum", Shape.scalar(), ElementType.FLOAT)),
            Map.entry("rows", new Traced.Value<>("cast", Shape.of(B), ElementType.INT)));
  }

  @Test
  void aParameterUsedTwiceIsAskedForOnce() {
    traced((pass, inputs) -> outputs("y", pass.linear(pass.linear(x(inputs), "d", 3), "d", 3)), X);
    assertThat(asked).containsExactly("input x", "seed", "parameter d.weight", "parameter d.bias");
  }

  @Test
  void theDecoratorGoesAroundTheOperations() {
    BackendConfig.OpsDecorator refusing =
        new BackendConfig.OpsDecorator() {
          @Override
          public <H> TensorOps<H> decorate(TensorOps<H> ops) {
            throw new IllegalStateException("decorated");
          }
        };
    assertThatThrownBy(
            () ->
                Traced.of(
                    MODEL,
                    X,
                    BackendConfig.defaults().withDecorator(refusing),
                    named(),
                    new Handles()))
        .hasMessage("decorated");
  }

  @Test
  void theObjectiveIsAFloatScalarAmongTheOutputs() {
    assertThatThrownBy(() -> traced(MODEL, X.differentiating("y")))
        .isInstanceOf(ShapeException.class)
        .hasMessage(
            "The objective 'y' must be an output and a FLOAT scalar, but it is FLOAT [B, 2].");
    assertThatThrownBy(() -> traced(MODEL, X.differentiating("nothing")))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("it is none of [y, loss, rows]");
    assertThatThrownBy(
            () ->
                traced(
                    (pass, inputs) -> outputs("n", x(inputs).sum().cast(ElementType.INT)),
                    X.differentiating("n")))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("it is INT []");
  }

  @Test
  void onlyFloatAndIntLeaveAProgram() {
    for (ElementType type : List.of(ElementType.BOOL, ElementType.BFLOAT16)) {
      assertThatThrownBy(() -> traced((pass, inputs) -> outputs("y", x(inputs).cast(type)), X))
          .isInstanceOf(ShapeException.class)
          .hasMessage(
              "The output 'y' is " + type + ": only FLOAT and INT leave a program; cast it.");
    }
  }

  @Test
  void tensorsAreRefusedOnceTheTraceIsOver() {
    List<Tensor> leaked = new ArrayList<>();
    traced(
        (pass, inputs) -> {
          leaked.add(x(inputs));
          return outputs();
        },
        X);
    assertThatThrownBy(() -> leaked.get(0).neg())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("The pass is over");
  }
}
