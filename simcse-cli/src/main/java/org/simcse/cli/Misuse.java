package org.simcse.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Reports invalid arguments in one line; the whole help below it would hide it. */
final class Misuse implements IParameterExceptionHandler {
  @Override
  public int handleParseException(ParameterException e, String[] arguments) {
    CommandLine command = e.getCommandLine();
    command.getErr().println("simcse: " + sentence(e, command, arguments));
    if (!command.getSubcommands().isEmpty() && !(e instanceof UnmatchedArgumentException)) {
      command.usage(command.getErr()); // its list of commands is the help needed here
    }
    return ExitCode.MISUSED;
  }

  private static String sentence(ParameterException e, CommandLine command, String[] arguments) {
    if (e instanceof UnmatchedArgumentException unmatched) {
      return unmatched(unmatched, command, arguments);
    }
    if (e instanceof OverwrittenOptionException repeated
        && repeated.getOverwritten() instanceof OptionSpec option) {
      return option.longestName() + " was given more than once; give it once.";
    }
    String message = String.valueOf(e.getMessage());
    String end = message.endsWith(".") ? "" : ".";
    return message
        + end
        + variable(e).map(name -> " The value is that of $" + name + ".").orElse("");
  }

  /** Returns the environment variable that an invalid value came from. */
  private static Optional<String> variable(ParameterException e) {
    return Optional.ofNullable(e.getArgSpec())
        .flatMap(EnvironmentDefaults::variable)
        .filter(name -> String.valueOf(e.getValue()).equals(System.getenv(name)));
  }

  private static String unmatched(
      UnmatchedArgumentException e, CommandLine command, String[] arguments) {
    String name = command.getCommandSpec().qualifiedName();
    String argument = e.getUnmatched().get(0);
    if (!e.isUnknownOption()) {
      return command.getSubcommands().isEmpty()
          ? "'%s' is one argument too many. See %s --help.".formatted(argument, name)
          : "There is no command '%s'.%s See %s --help."
              .formatted(argument, suggestions(e.getSuggestions()), name);
    }
    if (command.getCommandSpec().positionalParameters().isEmpty()) {
      return "There is no option '%s'.%s See %s --help."
          .formatted(argument, suggestions(e.getSuggestions()), name);
    }
    // Of -very, picocli takes the v, and reports -ery.
    String given =
        Arrays.stream(arguments)
            .filter(word -> word.startsWith("-") && word.endsWith(argument.substring(1)))
            .findFirst()
            .orElse(argument);
    return "There is no option '%s'.%s A text that begins with - goes after --, as in: %s -- '%s'"
        .formatted(given, suggestions(e.getSuggestions()), name, given.replace("'", "'\\''"));
  }

  private static String suggestions(List<String> likely) {
    return likely.isEmpty() ? "" : " Did you mean %s?".formatted(String.join(" or ", likely));
  }
}
