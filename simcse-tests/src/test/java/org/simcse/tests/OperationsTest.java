package org.simcse.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.simcse.api.engine.Backend;
import org.simcse.api.engine.BackendConfig;
import org.simcse.api.tensor.TensorOps;
import org.simcse.tests.ops.AssertingOps;
import org.simcse.tests.ops.DefaultCompositions;
import org.simcse.tests.ops.ForwardingOps;

/** An operation that is added to {@link TensorOps} is checked, passed on and tried. */
class OperationsTest {
  /** A budget: a backend's author implements what is left of these without a body. */
  private static final int LIMIT = 40;

  /** Tried by tests of their own: O-07, O-12 and O-13. */
  private static final Set<String> ELSEWHERE = Set.of("uniform", "stopGradient", "dropout");

  private static Stream<Method> operations() {
    return Arrays.stream(TensorOps.class.getMethods());
  }

  @Test
  void thereAreFewOperationsAndNoTwoOfAName() {
    assertThat(operations().map(Method::getName).toList())
        .doesNotHaveDuplicates()
        .hasSizeLessThanOrEqualTo(LIMIT);
  }

  /** One that is not would run its composition, and never the engine's kernel. */
  @ParameterizedTest
  @ValueSource(classes = {AssertingOps.class, ForwardingOps.class})
  void decoratorsPassEveryOperationOn(Class<?> decorator) {
    assertThat(operations())
        .allSatisfy(
            operation ->
                assertThat(
                        decorator
                            .getMethod(operation.getName(), operation.getParameterTypes())
                            .getDeclaringClass())
                    .as(operation.getName())
                    .isNotEqualTo(TensorOps.class));
  }

  @Test
  void defaultCompositionsPassPrimitivesOnAndNothingElse() {
    assertThat(operations())
        .allSatisfy(
            operation ->
                assertThat(
                        DefaultCompositions.class
                            .getMethod(operation.getName(), operation.getParameterTypes())
                            .isDefault())
                    .as(operation.getName())
                    .isEqualTo(operation.isDefault()));
  }

  @Test
  void everyOperationIsTriedByTheKit() {
    Set<String> tried = new TreeSet<>(ELSEWHERE);
    BackendConfig config = BackendConfig.defaults().withDecorator(recording(tried));
    try (Backend reference =
        TestEnvironment.of(TestEnvironment.REFERENCE).provider().create(config)) {
      Stream.of(Operations.primitives(), Operations.compositions())
          .flatMap(List::stream)
          .forEach(operation -> reference.compile(operation, operation.signature(false)));
    }
    assertThat(tried)
        .isEqualTo(
            operations().map(Method::getName).collect(Collectors.toCollection(TreeSet::new)));
  }

  /** Notes what a program and the compositions in it call. */
  private static BackendConfig.OpsDecorator recording(Set<String> names) {
    return new BackendConfig.OpsDecorator() {
      @Override
      public <H> TensorOps<H> decorate(TensorOps<H> ops) {
        return recorded(new DefaultCompositions<>(recorded(ops)));
      }

      @SuppressWarnings("unchecked") // the proxy passes every call on to operations of that type
      private <H> TensorOps<H> recorded(TensorOps<H> ops) {
        return (TensorOps<H>)
            Proxy.newProxyInstance(
                TensorOps.class.getClassLoader(),
                new Class<?>[] {TensorOps.class},
                (proxy, method, arguments) -> {
                  names.add(method.getName());
                  try {
                    return method.invoke(ops, arguments);
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                });
      }
    };
  }
}
