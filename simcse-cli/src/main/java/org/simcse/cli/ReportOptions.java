package org.simcse.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.simcse.cli.io.Destination;
import org.simcse.cli.io.Report;
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
      description = "Draw the human scores against the cosines.")
  private Optional<Path> plot = Optional.empty();

  boolean details() {
    return details;
  }

  Optional<Path> plot() {
    return plot;
  }

  /** Opens the destination of the results; done before any work, so that a typo fails at once. */
  Destination open() {
    return Destination.open(output);
  }

  void write(Report report, Destination destination) {
    report.write(format, destination);
  }
}
