package org.simcse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

class SettingsInMessagesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "Lower the setting learning-rate, or stop. | Lower --learning-rate, or stop.",
        "Use the setting header=false or the setting header=true. | Use --no-header or --header.",
        "Use the setting input-format=csv and the setting delimiter=';'. | Use --input-format csv and --delimiter ';'.",
        "Use the setting eval-delimiter='\\t'. | Use --eval-delimiter '\\t'.",
        "Resume it with the output mode resume. | Resume it with --resume.",
        "The setting max-length is 3. | The setting max-length is 3.",
        "Choose the setting that fits, or the setting nope=1. | Choose the setting that fits, or the setting nope=1.",
      })
  void aCommandShowsItsOptions(String message, String shown) {
    assertThat(SettingsInMessages.asOptions(command("train"), message)).isEqualTo(shown);
  }

  private static CommandSpec command(String name) {
    PrintWriter nowhere = new PrintWriter(new StringWriter());
    CommandLine all = Main.commandLine(nowhere, nowhere, new Failures(nowhere, false));
    return Objects.requireNonNull(all.getSubcommands().get(name)).getCommandSpec();
  }
}
