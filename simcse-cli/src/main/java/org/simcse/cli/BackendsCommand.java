package org.simcse.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.simcse.api.spi.BackendProvider;
import org.simcse.api.spi.Providers;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code simcse backends}: the first thing to ask for in a support request. */
@Command(
    name = "backends",
    mixinStandardHelpOptions = true,
    description = "List the engines: name, aliases, version, jar, and what each does not support.",
    footerHeading = "%nExample:%n",
    footer = "  simcse backends --plugin-path my-plugins")
final class BackendsCommand implements Callable<Integer> {
  @Mixin private PluginOptions plugins = new PluginOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    for (BackendProvider backend : Providers.backends(plugins.layers()).all()) {
      out.printf(
          "%s%n  aliases:  %s%n  version:  %s%n  from:     %s%n  refuses:  %s%n",
          backend.name(),
          String.join(", ", backend.aliases()),
          backend.version(),
          Providers.source(backend),
          backend.lacks().isEmpty() ? "nothing" : backend.lacks());
    }
    return ExitCode.DONE;
  }
}
