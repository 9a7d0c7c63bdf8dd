package org.simcse.cli;

import java.io.PrintWriter;
import org.simcse.core.modeldir.ModelInfo;
import org.simcse.core.modeldir.ModelSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code simcse model}. */
@Command(
    name = "model",
    mixinStandardHelpOptions = true,
    description = "Inspect model directories.")
final class ModelCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "A command is missing: info.");
  }

  @Command(
      name = "info",
      mixinStandardHelpOptions = true,
      description = "Describe a model directory, without starting an engine.",
      footerHeading = "%nExample:%n",
      footer = "  simcse model info runs/first/best")
  int info(
      @Parameters(
              paramLabel = "MODEL",
              arity = "0..1",
              defaultValue = ModelSource.DEFAULT,
              description =
                  "Model directory, or ORG/NAME[@REVISION] of the Hugging Face Hub, fetched once; default: the embedded model.")
          String model,
      @Mixin HubOptions hub,
      @Mixin OutputOptions say) {
    PrintWriter out = spec.commandLine().getOut();
    CommandSpec embed = new CommandLine(EmbedCommand.class).getCommandSpec();
    ModelInfo.of(hub.models(say).open(model))
        .facts()
        .forEach(
            (fact, value) ->
                out.printf("%-18s %s%n", fact, SettingsInMessages.asOptions(embed, value)));
    return ExitCode.DONE;
  }
}
