package org.simcse.tests.mutants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectNestedMethod;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.ReflectionSupport;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;
import org.simcse.api.engine.Capability;
import org.simcse.api.spi.BackendProvider;
import org.simcse.tests.BackendSuite;
import org.simcse.tests.Rule;
import org.simcse.tests.TestEnvironment;

/** Runs the tests of one rule, of which one must fail. */
final class RuleRunner {
  private RuleRunner() {}

  /** Runs a rule's tests of all levels; one of them fails and says all of the words. */
  static void assertMutantCaught(
      Class<? extends MutantBackend.Provider> mutant, String rule, String... words) {
    assertCaught(
        EngineTestKit.engine("junit-jupiter")
            .configurationParameter(MutantSuite.MUTANT, mutant.getName())
            .selectors(
                Arrays.stream(BackendSuite.class.getClasses())
                    .flatMap(level -> tests(List.of(MutantSuite.class), level, rule))
                    .toArray(DiscoverySelector[]::new)),
        rule,
        words);
  }

  /** Runs a rule's tests of one class of the kit; one of them fails and says all of the words. */
  static void assertCaught(Class<?> kit, String rule, String... words) {
    assertCaught(
        EngineTestKit.engine("junit-jupiter")
            .selectors(tests(List.of(), kit, rule).toArray(DiscoverySelector[]::new)),
        rule,
        words);
  }

  private static Stream<DiscoverySelector> tests(
      List<Class<?>> enclosing, Class<?> kit, String rule) {
    return Arrays.stream(kit.getMethods())
        .filter(method -> method.isAnnotationPresent(Rule.class))
        .filter(method -> List.of(method.getAnnotation(Rule.class).value()).contains(rule))
        .map(
            method ->
                enclosing.isEmpty()
                    ? selectMethod(kit, method)
                    : selectNestedMethod(enclosing, kit, method));
  }

  private static void assertCaught(EngineTestKit.Builder tests, String rule, String... words) {
    List<String> messages = tests.execute().testEvents().failed().map(RuleRunner::message).toList();
    assertThat(messages)
        .as("failures of rule %s", rule)
        .anySatisfy(message -> assertThat(message).contains(words));
  }

  private static String message(Event event) {
    return event
        .getRequiredPayload(TestExecutionResult.class)
        .getThrowable()
        .map(Throwable::toString)
        .orElse("");
  }

  /** All levels against the mutant that the configuration parameter {@link #MUTANT} names. */
  @ExtendWith(MutantSuite.Chosen.class)
  static class MutantSuite extends BackendSuite {
    /** The class of a {@link MutantBackend.Provider}. */
    static final String MUTANT = "mutant";

    private final BackendProvider mutant;

    MutantSuite(BackendProvider mutant) {
      this.mutant = mutant;
    }

    @Override
    protected TestEnvironment environment() {
      return of(mutant);
    }

    /** What is expected of a mutant: what is expected of the reference. */
    static TestEnvironment of(BackendProvider mutant) {
      return TestEnvironment.of(mutant).lacking(Capability.BFLOAT16).inDoublePrecision();
    }

    /** Makes the mutant. */
    static final class Chosen implements ParameterResolver {
      @Override
      public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == BackendProvider.class;
      }

      @Override
      public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        String name = context.getConfigurationParameter(MUTANT).orElseThrow();
        return ReflectionSupport.newInstance(
            ReflectionSupport.tryToLoadClass(name)
                .getNonNullOrThrow(IllegalArgumentException::new));
      }
    }
  }
}
