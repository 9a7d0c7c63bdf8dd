package org.simcse.cli;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.simcse.api.error.InvalidInputException;
import org.simcse.cli.io.Destination;
import org.simcse.cli.io.Report;
import org.simcse.core.io.AtomicFile;
import picocli.CommandLine.Option;

/** Options for how results are written. */
final class ReportOptions {
  @Option(
      names = "--details",
      description = "Show every subset, with Pearson's and Spearman's correlation.")
  private boolean details;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description =
          "Format of the results: table, json, csv (one line per figure) or markdown; default: table.")
  private Report.Format format = Report.Format.TABLE;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Output file; '-' is standard output, the default.")
  private Optional<Path> output = Optional.empty();

  @Option(
      names = "--plot",
      paramLabel = "FILE.png",
      description = "Draw the human scores against the cosines as a PNG.")
  private Optional<Path> plot = Optional.empty();

  boolean details() {
    return details;
  }

  Optional<Path> plot() {
    return plot;
  }

  /**
   * Opens the destination of the results and checks that of the plot; done before any work, so that
   * a typo fails at once.
   */
  Destination open() {
    plot.ifPresent(ReportOptions::requireWritable);
    return Destination.open(output);
  }

  private static void requireWritable(Path plot) {
    if (!plot.toString().toLowerCase(Locale.ROOT).endsWith(".png")) {
      throw new InvalidInputException(
          "%s cannot be written: plots are PNG files; give --plot a name that ends in .png."
              .formatted(plot));
    }
    AtomicFile.create(plot).close();
  }

  void write(Report report, Destination destination) {
    report.write(format, destination);
  }
}
