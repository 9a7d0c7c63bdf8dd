package org.simcse.cli;

import com.google.inject.Guice;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.simcse.cli.io.Rows;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code simcse similarity}. */
@Command(
    name = "similarity",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    customSynopsis = "simcse similarity [OPTION...] [--] [TEXT TEXT]",
    description =
        "Compute the cosine similarity of two texts, or of every pair in a file, one number per line.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  simcse similarity \"A man is playing a guitar.\" \"Someone plays an instrument.\"",
      "  simcse similarity --file pairs.tsv --columns question,answer",
      "  simcse similarity --file tab-separated-pairs.txt --backend tensorflow"
    })
final class SimilarityCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "TEXT",
      arity = "0..2",
      description = "The two texts; after --, they may begin with a dash.")
  private List<String> texts = List.of();

  @Mixin private InputOptions input = new InputOptions();

  @Option(
      names = "--columns",
      paramLabel = "NAME",
      split = ",",
      description =
          "The two columns of a file, as in question,answer: their names, or their numbers from 1 (not in jsonl); a file of two columns needs none.")
  private List<String> columns = List.of();

  @Option(
      names = "--column",
      paramLabel = "NAME",
      description = "One of the two columns, twice; the same as --columns, for names with a comma.")
  private List<String> column = List.of();

  @Mixin private FiniteCheck check = new FiniteCheck();
  @Mixin private ModelOptions model = new ModelOptions();
  @Mixin private OutputOptions say = new OutputOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    if (input.given() ? !texts.isEmpty() : texts.size() != 2) {
      throw new ParameterException(
          spec.commandLine(),
          "Two texts are needed, or --file with pairs; --file - reads standard input.");
    }
    if (!chosen().isEmpty() && chosen().size() != 2) {
      throw new ParameterException(
          spec.commandLine(),
          "Two columns are needed, one for each text: --columns A,B, or --column twice.");
    }
    SimilarityJob job =
        Guice.createInjector(new EmbeddingModule(model, check, say))
            .getInstance(SimilarityJob.class);
    PrintWriter out = spec.commandLine().getOut();
    if (input.given()) {
      try (Rows rows = Rows.open(input.file(), input.format(), chosen(), true)) {
        job.run(rows, input.file().filter(Files::isRegularFile).isPresent(), out);
      }
    } else {
      job.run(texts, out);
    }
    return ExitCode.DONE;
  }

  private List<String> chosen() {
    return Stream.concat(columns.stream(), column.stream()).toList();
  }
}
