package org.simcse.cli;

import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Rewrites messages that serve both Java and the command line: they say {@code the setting NAME},
 * which a command shows as its option of that name.
 */
final class SettingsInMessages {
  private static final Pattern SETTING =
      Pattern.compile(
          "\\bthe (?:setting|output mode) ([a-z][a-z-]*[a-z])(?:=('[^']*'|[\\w-]*\\w))?");

  private SettingsInMessages() {}

  /** Returns the message with the command's options in it. */
  static String asOptions(CommandSpec command, String message) {
    return SETTING
        .matcher(message)
        .replaceAll(found -> Matcher.quoteReplacement(option(command, found)));
  }

  private static String option(CommandSpec command, MatchResult setting) {
    String name = "--" + setting.group(1);
    if (command.findOption(name) == null) {
      return setting.group();
    }
    return Optional.ofNullable(setting.group(2))
        .map(
            value ->
                switch (value) {
                  case "true" -> name;
                  case "false" -> "--no-" + setting.group(1);
                  default -> name + " " + value;
                })
        .orElse(name);
  }
}
