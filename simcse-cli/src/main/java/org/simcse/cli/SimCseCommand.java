package org.simcse.cli;

import picocli.AutoComplete;
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
    subcommands = {
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
      NewPluginCommand.class,
      AutoComplete.GenerateCompletion.class,
      HelpCommand.class
    },
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
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "A command is missing.");
  }
}
