package org.simcse.cli;

import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.List;
import org.simcse.api.spi.BackendProvider;
import org.simcse.api.spi.Providers;

/**
 * Embeds a sentence with each backend. The launcher runs this once, so that the JVM can archive the
 * classes that a start loads; the output is discarded.
 */
public final class WarmUp {
  private WarmUp() {}

  /** Takes no arguments. */
  public static void main(String[] arguments) {
    for (BackendProvider backend : Providers.backends(List.of()).all()) {
      Main.run(
          OutputStream.nullOutputStream(),
          new PrintWriter(Writer.nullWriter()),
          "embed",
          "--backend",
          backend.name(),
          "A sentence.");
    }
    Runtime.getRuntime().exit(0); // as in Main
  }
}
