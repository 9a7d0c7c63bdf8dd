package org.simcse.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectNestedClass;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;
import org.simcse.api.engine.Capability;

/** What the author of a backend sees of the suite. */
class BackendSuiteTest {
  @Untested(rules = "P-05", why = "It never closes.")
  @Untested(rules = "G", why = "It has no programs.")
  static class Holes extends BackendSuite {
    @Override
    protected TestEnvironment environment() {
      return TestEnvironment.reference();
    }
  }

  @Untested(
      rules = {"P-05", "P-99"},
      why = "It never closes.")
  static class NoSuchRule extends Holes {}

  static class Inference extends BackendSuite {
    @Override
    protected TestEnvironment environment() {
      return TestEnvironment.reference().lacking(Capability.GRADIENTS);
    }
  }

  private static EngineExecutionResults execute(DiscoverySelector selector) {
    return EngineTestKit.engine("junit-jupiter").selectors(selector).execute();
  }

  private static EngineExecutionResults execute(Class<?> suite, Class<?> level) {
    return execute(selectNestedClass(List.of(suite), level));
  }

  private static List<String> skipped(EngineExecutionResults results) {
    return results
        .testEvents()
        .skipped()
        .map(event -> event.getRequiredPayload(String.class))
        .toList();
  }

  private static List<String> thrown(Stream<Event> events) {
    return events
        .map(event -> event.getRequiredPayload(TestExecutionResult.class))
        .map(result -> result.getThrowable().orElseThrow().getMessage())
        .toList();
  }

  @Test
  void rulesThatAreUntestedAreSkippedWithTheReason() {
    EngineExecutionResults provider = execute(Holes.class, BackendSuite.BackendProviderLevel.class);
    assertThat(skipped(provider)).containsExactly("Untested: It never closes.");
    assertThat(provider.testEvents().succeeded().count()).isEqualTo(6);
  }

  @Test
  void aLetterNamesAllOfItsRules() {
    EngineExecutionResults threads = execute(Holes.class, BackendSuite.ConcurrencyLevel.class);
    assertThat(skipped(threads)).hasSize(2).containsOnly("Untested: It has no programs.");
    assertThat(threads.testEvents().started().count()).isZero();
  }

  @Test
  void anUntestedRuleThatThereIsNotIsAnError() {
    EngineExecutionResults results = execute(selectClass(NoSuchRule.class));
    assertThat(thrown(results.containerEvents().failed().stream()))
        .singleElement()
        .asString()
        .contains("NoSuchRule", "'P-99'", "docs/specification.md");
    assertThat(results.testEvents().started().count()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        BackendSuite.ModelLevel.class,
        BackendSuite.MaskedLanguageModelLevel.class,
        BackendSuite.OptimizerLevel.class,
        BackendSuite.CurveLevel.class,
        BackendSuite.PortableDropoutLevel.class,
        BackendSuite.TrainerLevel.class
      })
  void whatTrainsIsSkippedOfABackendWithoutGradients(Class<?> level) {
    EngineExecutionResults results = execute(Inference.class, level);
    assertThat(thrown(results.testEvents().aborted().stream()))
        .isNotEmpty()
        .allSatisfy(message -> assertThat(message).contains("The backend lacks GRADIENTS."));
    assertThat(results.testEvents().finished().count())
        .as("tests that were not skipped, and those that were")
        .isEqualTo(results.testEvents().aborted().count());
  }

  /** One that is not would be run by nobody. */
  @Test
  void everyClassOfTheKitThatNeedsNothingButABackendIsALevel() throws Exception {
    Set<Class<?>> levels =
        Arrays.stream(BackendSuite.class.getClasses())
            .map(Class::getSuperclass)
            .collect(Collectors.toSet());
    List<Class<?>> classes =
        SpecificationTest.classes("classes")
            .filter(type -> type.getName().endsWith("Conformance"))
            .filter(type -> Modifier.isPublic(type.getModifiers()))
            .filter(BackendSuiteTest::hasRules)
            .filter(BackendSuiteTest::needsNothingButABackend)
            .toList();
    assertThat(classes).hasSize(15);
    assertThat(levels).hasSize(16).containsAll(classes);
  }

  private static boolean hasRules(Class<?> type) {
    return Arrays.stream(type.getMethods())
        .anyMatch(method -> method.isAnnotationPresent(Rule.class));
  }

  private static boolean needsNothingButABackend(Class<?> type) {
    return Stream.<Class<?>>iterate(type, c -> c != null, Class::getSuperclass)
        .flatMap(c -> Arrays.stream(c.getDeclaredMethods()))
        .filter(method -> method.getName().equals("environment"))
        .findFirst()
        .map(Method::getModifiers)
        .filter(Modifier::isAbstract)
        .isPresent();
  }
}
