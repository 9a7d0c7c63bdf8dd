package org.simcse.cli;

import com.google.inject.Guice;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.simcse.cli.io.Destination;
import org.simcse.cli.io.Rows;
import org.simcse.cli.io.Texts;
import org.simcse.cli.io.VectorWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code simcse embed}. */
@Command(
    name = "embed",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    customSynopsis = "simcse embed [OPTION...] [--] [TEXT...]",
    description =
        "Turn texts into vectors: arguments, a file, or standard input, one text per line.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  simcse embed \"A sentence.\"",
      "  simcse embed --file sentences.txt --format jsonl --output vectors.jsonl",
      "  simcse embed --file reviews.csv --column review --format npy --output out.npy",
      "  simcse embed --file export.csv.gz --delimiter ';' --no-header --column 2",
      "  cat sentences.txt | simcse embed --backend tensorflow > vectors.txt",
      "  simcse embed --model runs/first/best --pooler avg \"A sentence.\""
    })
final class EmbedCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "TEXT",
      arity = "0..*",
      description = "Texts to embed; after --, they may begin with a dash.")
  private List<String> texts = List.of();

  @Mixin private InputOptions input = new InputOptions();

  @Option(
      names = "--column",
      paramLabel = "NAME",
      description =
          "The column that holds the text: its name, or its number from 1 (not in jsonl); default: the only one that is no index, label or score, or else 'text' or 'sentence'.")
  private Optional<String> column = Optional.empty();

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description =
          "Output format: text, jsonl, csv, npy or safetensors; default: text. A component that is not finite is null in jsonl, and nan or inf in the others.")
  private VectorWriter.Format format = VectorWriter.Format.TEXT;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description =
          "Output file, which appears when it is complete, or a device, pipe or socket; '-' is standard output, the default.")
  private Optional<Path> output = Optional.empty();

  @Mixin private FiniteCheck check = new FiniteCheck();
  @Mixin private ModelOptions model = new ModelOptions();
  @Mixin private OutputOptions say = new OutputOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    if (!texts.isEmpty() && input.given()) {
      throw new ParameterException(
          spec.commandLine(), "Texts and --file were both given; one of them is enough.");
    }
    if (format.seeks() && output.isEmpty() && Boolean.getBoolean("simcse.terminal.output")) {
      throw new ParameterException(
          spec.commandLine(),
          "The format %s is binary, which a terminal cannot show; add --output FILE."
              .formatted(format.name().toLowerCase(Locale.ROOT)));
    }
    EmbeddingModule module = new EmbeddingModule(model, check, say);
    EmbeddingJob job = Guice.createInjector(module).getInstance(EmbeddingJob.class);
    try (Texts source = texts.isEmpty() ? fromInput() : Texts.of(texts)) {
      job.run(source, format, Destination.open(output));
    }
    return ExitCode.DONE;
  }

  private Texts fromInput() {
    Rows rows = Rows.open(input.file(), input.format(), column.stream().toList(), false);
    rows.warnings().forEach(say::warn);
    return Texts.of(rows, say.progressBar() ? input.lines() : -1);
  }
}
