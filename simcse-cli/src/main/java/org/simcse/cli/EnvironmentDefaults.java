package org.simcse.cli;

import java.lang.reflect.AnnotatedElement;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Option;

/**
 * Takes the default of an option from the variable {@code $SIMCSE_…} that its description names. An
 * empty variable counts as not set.
 */
final class EnvironmentDefaults implements IDefaultValueProvider {
  private static final Pattern VARIABLE = Pattern.compile("\\$(SIMCSE_[A-Z_]+)");

  private final Map<String, String> environment;

  EnvironmentDefaults(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public @Nullable String defaultValue(ArgSpec argument) {
    return variable(argument).flatMap(name -> value(environment, name)).orElse(null);
  }

  /** Returns the variable that an option's description names. */
  static Optional<String> variable(ArgSpec argument) {
    // Not argument.description(): it inserts defaults, and so would call this again.
    return Optional.ofNullable(argument.userObject())
        .filter(AnnotatedElement.class::isInstance)
        .map(field -> ((AnnotatedElement) field).getAnnotation(Option.class))
        .map(option -> VARIABLE.matcher(String.join(" ", option.description())))
        .filter(Matcher::find)
        .map(matcher -> matcher.group(1));
  }

  /** Returns the value of a setting's variable, such as {@code SIMCSE_MODEL} for {@code model}. */
  static Optional<String> ofSetting(String setting) {
    return value(System.getenv(), "SIMCSE_" + setting.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  private static Optional<String> value(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
  }
}
