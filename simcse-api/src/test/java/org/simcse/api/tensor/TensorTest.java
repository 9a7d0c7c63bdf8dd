package org.simcse.api.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.simcse.api.error.ShapeException;

/** Shapes and messages; no engine is needed for them. */
class TensorTest {
  private static final Dim B = Dim.symbol("B");
  private static final Dim T = Dim.symbol("T");

  private final Trace<Object> trace = trace();

  private static Trace<Object> trace() {
    return new Trace<>(
        idle(), (name, shape, initializer) -> "handle", "handle", PassMode.of(false));
  }

  @SuppressWarnings("unchecked")
  private static TensorOps<Object> idle() {
    return (TensorOps<Object>)
        Proxy.newProxyInstance(
            TensorOps.class.getClassLoader(),
            new Class<?>[] {TensorOps.class},
            (proxy, method, arguments) -> "handle");
  }

  private Tensor floats(Dim... dims) {
    return trace.tensor("handle", Shape.of(dims), ElementType.FLOAT);
  }

  private Tensor ints(Dim... dims) {
    return trace.tensor("handle", Shape.of(dims), ElementType.INT);
  }

  private static void assertRefused(ThrowingCallable operation, String message) {
    assertThatThrownBy(operation).isInstanceOf(ShapeException.class).hasMessageContaining(message);
  }

  @Test
  void matrixProductsMultiplyTheLastAxesAndBroadcastTheRest() {
    Tensor x = floats(B, T, Dim.of(768));
    assertThat(x.matmul(floats(Dim.of(768), Dim.of(4))).shape()).hasToString("[B, T, 4]");
    assertThat(x.matmul(x, false, true).shape()).hasToString("[B, T, T]");
    assertThat(x.matmul(x, true, false).shape()).hasToString("[B, 768, 768]");
    assertRefused(
        () -> x.matmul(floats(Dim.of(384), Dim.of(4))),
        "matmul: [B, T, 768] x [384, 4]: inner sizes 768 and 384 differ");
  }

  @Test
  void elementWiseOperationsBroadcastButASymbolNeverStretches() {
    assertThat(floats(B, T, Dim.of(8)).add(floats(Dim.of(1), Dim.of(8))).shape())
        .hasToString("[B, T, 8]");
    assertRefused(
        () -> floats(B, Dim.of(8)).add(floats(T, Dim.of(8))),
        "add: [B, 8] and [T, 8] cannot be broadcast: sizes B and T differ");
  }

  @Test
  void aReshapeKeepsTheNumberOfElements() {
    Tensor x = floats(B, T, Dim.of(12));
    assertThat(x.reshape(B.times(T), Dim.of(3), Dim.of(4)).shape()).hasToString("[B*T, 3, 4]");
    assertRefused(
        () -> x.reshape(B, Dim.of(12)), "[B, T, 12] has 12*B*T elements, [B, 12] has 12*B");
  }

  @Test
  void axesMayBeCountedFromTheEnd() {
    Tensor x = floats(B, T, Dim.of(8));
    assertThat(x.sum(-1).shape()).hasToString("[B, T]");
    assertThat(x.max(1, true).shape()).hasToString("[B, 1, 8]");
    assertThat(x.unsqueeze(-1).shape()).hasToString("[B, T, 8, 1]");
    assertThat(x.select(1, 0).shape()).hasToString("[B, 8]");
    assertRefused(() -> x.sum(3), "[B, T, 8] has no axis 3: it has 3 axes");
    assertRefused(() -> x.squeeze(-1), "axis -1 of [B, T, 8] has size 8, not 1");
  }

  @Test
  void formIsChangedAsSaid() {
    Tensor x = floats(B, T, Dim.of(8));
    assertThat(x.transpose(2, 0, 1).shape()).hasToString("[8, B, T]");
    assertRefused(() -> x.transpose(0, 0, 1), "[0, 0, 1] is no order of the axes of [B, T, 8]");
    assertThat(Tensor.concat(0, List.of(x, x)).shape()).hasToString("[2*B, T, 8]");
    assertRefused(
        () -> Tensor.concat(0, List.of(x, floats(B, B, Dim.of(8)))), "differ beside axis 0");
    assertThat(x.slice(1, Dim.of(2), Dim.of(3)).shape()).hasToString("[B, 3, 8]");
    assertThat(floats(Dim.of(1), Dim.of(8)).broadcastTo(Shape.of(T, Dim.of(8))).shape())
        .hasToString("[T, 8]");
    assertRefused(() -> x.broadcastTo(Shape.of(Dim.of(8))), "[B, T, 8] does not stretch to [8]");
  }

  @Test
  void rowsAreLookedUpByIntegers() {
    Tensor table = floats(Dim.of(100), Dim.of(8));
    assertThat(table.take(ints(B, T)).shape()).hasToString("[B, T, 8]");
    assertRefused(() -> table.take(floats(B)), "rows must be INT, not FLOAT");
    assertThat(ints(B).oneHot(Dim.of(5)).shape()).hasToString("[B, 5]");
  }

  @Test
  void typesMustFit() {
    assertRefused(() -> floats(B).add(ints(B)), "differ in type");
    assertRefused(() -> ints(B).softmax(0), "needs a floating-point tensor, not INT");
    assertRefused(
        () -> floats(B).where(floats(B), floats(B)), "the condition must be BOOL, not FLOAT");
    assertThat(floats(B).greater(floats(B)).type()).isEqualTo(ElementType.BOOL);
  }

  @Test
  void aTensorNeverOutlivesItsPass() {
    Tensor x = floats(B);
    Trace<Object> other = trace();
    Tensor stranger = other.tensor("handle", Shape.of(B), ElementType.FLOAT);
    assertRefused(() -> x.add(stranger), "A tensor of another pass");
    trace.close();
    assertThatThrownBy(() -> x.reshape(B))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("The pass is over");
    assertThatThrownBy(x::exp).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void messagesSayWhereInTheModelTheyArose() {
    ForwardPass pass = trace.pass();
    Tensor weight =
        pass.in("encoder.layer.0.").parameter("dense.weight", Shape.of(4, 4), Initializer.zeros());
    assertRefused(
        () -> weight.matmul(floats(Dim.of(3), Dim.of(3))),
        "near parameter encoder.layer.0.dense.weight");
  }

  @Test
  void oneParameterHasOneShape() {
    ForwardPass pass = trace.pass();
    Tensor first = pass.parameter("w", Shape.of(4), Initializer.zeros());
    assertThat(pass.parameter("w", Shape.of(4), Initializer.zeros())).isSameAs(first);
    assertRefused(
        () -> pass.parameter("w", Shape.of(5), Initializer.zeros()),
        "The parameter w is used with the shapes [4] and [5]");
    assertRefused(
        () -> pass.parameter("v", Shape.of(B), Initializer.zeros()), "its sizes must be numbers");
  }

  @Test
  void dropoutIsTheTensorItselfUnlessThePassTrains() {
    ForwardPass pass = trace.pass();
    Tensor x = floats(B);
    assertThat(pass.dropout(x, 0.5)).isSameAs(x);
  }
}
