package org.simcse.cli;

import com.google.inject.Guice;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.simcse.core.PreparedModel;
import org.simcse.core.SimCse;
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
    description =
        "The cosine similarity of two texts, or of every pair in a file, one number a line.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  simcse similarity \"A man is playing a guitar.\" \"Someone plays an instrument.\"",
      "  simcse similarity --file pairs.tsv --columns question,answer",
      "  simcse similarity --file tab-separated-pairs.txt --backend tensorflow"
    })
final class SimilarityCommand implements Callable<Integer> {
  /** Pairs that are embedded together. */
  private static final int PAIRS = 1024;

  @Parameters(paramLabel = "TEXT", arity = "0..2", description = "The two texts.")
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

  @Mixin private ModelOptions model = new ModelOptions();
  @Mixin private OutputOptions say = new OutputOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    if (input.given() ? !texts.isEmpty() : texts.size() != 2) {
      throw new ParameterException(
          spec.commandLine(), "Two texts are wanted, or --file with pairs.");
    }
    if (!chosen().isEmpty() && chosen().size() != 2) {
      throw new ParameterException(
          spec.commandLine(),
          "Two columns are wanted, one for each text: --columns A,B, or --column twice.");
    }
    PreparedModel prepared =
        Guice.createInjector(new EmbeddingModule(model, say)).getInstance(PreparedModel.class);
    Stopwatch watch = new Stopwatch(say.verbose());
    PrintWriter out = spec.commandLine().getOut();
    try (SimCse simcse = prepared.open()) {
      watch.lap("start " + simcse.backend() + " on " + simcse.device() + " and load the model");
      if (input.given()) {
        pairs(simcse, out);
      } else {
        print(out, simcse.similarity(texts.get(0), texts.get(1)));
      }
      watch.lap("compare");
    }
    return ExitCode.DONE;
  }

  private List<String> chosen() {
    return Stream.concat(columns.stream(), column.stream()).toList();
  }

  private void pairs(SimCse simcse, PrintWriter out) {
    try (Rows rows = Rows.open(input.file(), input.format(), chosen(), true)) {
      List<String> flat = new ArrayList<>();
      while (rows.hasNext()) {
        flat.addAll(rows.next());
        if (flat.size() == 2 * PAIRS || !rows.hasNext()) {
          List<float[]> vectors = simcse.embed(flat);
          for (int i = 0; i < vectors.size(); i += 2) {
            print(out, SimCse.cosine(vectors.get(i), vectors.get(i + 1)));
          }
          flat.clear();
        }
      }
    }
  }

  private static void print(PrintWriter out, double similarity) {
    out.printf(Locale.ROOT, "%.5f%n", similarity);
    out.flush();
  }
}
