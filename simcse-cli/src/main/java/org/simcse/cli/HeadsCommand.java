package org.simcse.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.simcse.api.spi.HeadProvider;
import org.simcse.api.spi.Providers;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code simcse heads}. */
@Command(
    name = "heads",
    mixinStandardHelpOptions = true,
    description =
        "List the contrastive heads: name, what each does, its options, and the jar it comes from.",
    footerHeading = "%nExample:%n",
    footer = "  simcse heads --plugin-path my-plugins")
final class HeadsCommand implements Callable<Integer> {
  @Mixin private PluginOptions plugins = new PluginOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    for (HeadProvider head : Providers.heads(plugins.layers()).all()) {
      out.printf("%-12s %s (%s)%n", head.name(), head.description(), Providers.source(head));
    }
    return ExitCode.DONE;
  }
}
