package org.simcse.tests;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.ReflectionSupport;

/**
 * Skips tests whose rules are {@link Untested}.
 *
 * @since 0.1.0
 */
public final class UntestedCondition implements ExecutionCondition {
  /** For JUnit. */
  public UntestedCondition() {}

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    Class<?> type = context.getRequiredTestClass();
    List<String> tested = context.getTestMethod().map(UntestedCondition::rules).orElse(List.of());
    List<Class<?>> types = new ArrayList<>(context.getEnclosingTestClasses());
    types.add(type);
    for (Class<?> candidate : types) {
      for (Untested hole : candidate.getAnnotationsByType(Untested.class)) {
        requireKnown(candidate, hole);
        if (Arrays.stream(hole.rules()).anyMatch(named -> covers(named, tested))) {
          return ConditionEvaluationResult.disabled("Untested: " + hole.why());
        }
      }
    }
    return ConditionEvaluationResult.enabled("Not named by @Untested.");
  }

  private static boolean covers(String named, List<String> rules) {
    return rules.stream().anyMatch(rule -> rule.equals(named) || rule.startsWith(named + "-"));
  }

  private static List<String> rules(Method test) {
    Rule rule = test.getAnnotation(Rule.class);
    return rule == null ? List.of() : List.of(rule.value());
  }

  private static void requireKnown(Class<?> type, Untested hole) {
    List<String> known =
        Stream.concat(
                Stream.of(type), ReflectionSupport.findNestedClasses(type, level -> true).stream())
            .flatMap(level -> Arrays.stream(level.getMethods()))
            .flatMap(test -> rules(test).stream())
            .toList();
    for (String named : hole.rules()) {
      if (!covers(named, known)) {
        throw new IllegalArgumentException(
            "@Untested on %s names '%s', but no test of this class carries such a rule. Rules are numbered as in docs/specification.md."
                .formatted(type.getName(), named));
      }
    }
  }
}
