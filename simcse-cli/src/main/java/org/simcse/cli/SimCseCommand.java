package org.simcse.cli;

import java.util.List;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code simcse} itself: lists the commands. */
@Command(
    name = "simcse",
    mixinStandardHelpOptions = true,
    versionProvider = Versions.class,
    description = "Train, evaluate and compute sentence embeddings, on PyTorch or TensorFlow.",
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "%nExamples:%n",
    footer = {
      "  simcse similarity \"A man is playing a guitar.\" \"Someone plays an instrument.\"",
      "  simcse embed --file sentences.txt --format npy --output vectors.npy",
      "  simcse evaluate --data data/senteval",
      "  simcse train --preset quickstart --output runs/first",
      "  simcse help embed",
      "",
      "Exit codes: 0 done, 1 failed, 2 misused.",
      "Completion: source <(simcse generate-completion)"
    })
final class SimCseCommand implements Runnable {
  private static final List<Class<?>> COMMANDS =
      List.of(
          TrainCommand.class,
          EvaluateCommand.class,
          MineCommand.class,
          EmbedCommand.class,
          SimilarityCommand.class,
          BackendsCommand.class,
          PoolersCommand.class,
          HeadsCommand.class,
          ModelCommand.class,
          ConvertCommand.class,
          DataCommand.class,
          NewPluginCommand.class);

  @Spec private CommandSpec spec = CommandSpec.create();

  /**
   * Returns the command line with the command that these arguments call, or with all if they call
   * none of this project's: to describe the options of all takes a tenth of a second.
   */
  static CommandLine commandLine(String... arguments) {
    CommandLine line = new CommandLine(new SimCseCommand());
    for (Class<?> command : COMMANDS) {
      if (arguments.length > 0 && name(command).equals(arguments[0])) {
        return line.addSubcommand(new CommandLine(command));
      }
    }
    COMMANDS.forEach(command -> line.addSubcommand(new CommandLine(command)));
    return line.addSubcommand(AutoComplete.GenerateCompletion.class)
        .addSubcommand(HelpCommand.class);
  }

  private static String name(Class<?> command) {
    return command.getAnnotation(Command.class).name();
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "A command is missing.");
  }
}
