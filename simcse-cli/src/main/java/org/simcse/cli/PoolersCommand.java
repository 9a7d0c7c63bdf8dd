package org.simcse.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.simcse.api.spi.PoolerProvider;
import org.simcse.api.spi.Providers;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code simcse poolers}. */
@Command(
    name = "poolers",
    mixinStandardHelpOptions = true,
    description = "List the poolers: name, what each does, and the jar it comes from.",
    footerHeading = "%nExample:%n",
    footer = "  simcse poolers --plugin-path my-plugins")
final class PoolersCommand implements Callable<Integer> {
  @Mixin private PluginOptions plugins = new PluginOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    for (PoolerProvider pooler : Providers.poolers(plugins.layers()).all()) {
      out.printf("%-26s %s (%s)%n", pooler.name(), pooler.description(), Providers.source(pooler));
    }
    return ExitCode.DONE;
  }
}
