package org.simcse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

class EnvironmentDefaultsTest {
  private static CommandLine commands(Map<String, String> environment) {
    return SimCseCommand.commandLine()
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setDefaultValueProvider(new EnvironmentDefaults(environment));
  }

  private static List<OptionSpec> options(CommandLine command) {
    List<OptionSpec> options = new ArrayList<>(command.getCommandSpec().options());
    command.getSubcommands().values().forEach(sub -> options.addAll(options(sub)));
    return options;
  }

  private static Object value(Map<String, String> environment, String option, String... arguments) {
    return commands(environment)
        .parseArgs(arguments)
        .subcommand()
        .commandSpec()
        .findOption(option)
        .getValue();
  }

  @Test
  void theVariableIsTheDefaultAndTheOptionWins() {
    Map<String, String> environment = Map.of("SIMCSE_BACKEND", "tensorflow");
    assertThat(value(environment, "--backend", "embed", "x")).isEqualTo("tensorflow");
    assertThat(value(environment, "--backend", "embed", "--backend", "mine", "x"))
        .isEqualTo("mine");
    assertThat(value(Map.of(), "--backend", "embed", "x")).isEqualTo("pytorch");
  }

  @Test
  void anEmptyVariableIsAnUnsetOneInEveryCommand() {
    List<String> variables =
        options(commands(Map.of())).stream()
            .flatMap(option -> EnvironmentDefaults.variable(option).stream())
            .distinct()
            .toList();
    assertThat(variables)
        .contains("SIMCSE_BACKEND", "SIMCSE_MODEL", "SIMCSE_THREADS", "SIMCSE_PLUGIN_PATH");
    EnvironmentDefaults unset = new EnvironmentDefaults(Map.of());
    Map<String, String> environment = new java.util.HashMap<>();
    variables.forEach(variable -> environment.put(variable, ""));
    EnvironmentDefaults empty = new EnvironmentDefaults(environment);
    for (OptionSpec option : options(commands(environment))) {
      assertThat(Optional.ofNullable(empty.defaultValue(option)))
          .as(option.longestName())
          .isEqualTo(Optional.ofNullable(unset.defaultValue(option)))
          .isEmpty();
    }
    assertThat(value(environment, "--device", "similarity", "a", "b")).hasToString("AUTO");
    assertThat(value(environment, "--threads", "embed", "x")).isEqualTo(Optional.empty());
  }

  @Test
  void variablesAreNamedAfterTheirOptionsAndAreReadNoOtherWay() {
    for (OptionSpec option : options(commands(Map.of()))) {
      String name =
          "SIMCSE_" + option.longestName().substring(2).toUpperCase(Locale.ROOT).replace('-', '_');
      EnvironmentDefaults.variable(option)
          .ifPresent(variable -> assertThat(variable).isEqualTo(name));
      assertThat(String.valueOf(option.defaultValue())).doesNotContain("env:");
    }
  }
}
