package org.simcse.cli;

import com.google.inject.Guice;
import com.google.inject.Key;
import com.google.inject.TypeLiteral;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.simcse.core.SimCse;
import org.simcse.core.data.Prefetcher;
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
        "The cosine similarity of two texts, or of every pair in a file, one number a line.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  simcse similarity \"A man is playing a guitar.\" \"Someone plays an instrument.\"",
      "  simcse similarity --file pairs.tsv --columns question,answer",
      "  simcse similarity --file tab-separated-pairs.txt --backend tensorflow"
    })
final class SimilarityCommand implements Callable<Integer> {
  /** Pairs that are embedded together: few at first, so that a result is seen soon. */
  private static final int FIRST_PAIRS = 16;

  private static final int MOST_PAIRS = 1024;

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
  private long pairs;

  @Override
  public Integer call() {
    if (input.given() ? !texts.isEmpty() : texts.size() != 2) {
      throw new ParameterException(
          spec.commandLine(),
          "Two texts are wanted, or --file with pairs; --file - reads standard input.");
    }
    if (!chosen().isEmpty() && chosen().size() != 2) {
      throw new ParameterException(
          spec.commandLine(),
          "Two columns are wanted, one for each text: --columns A,B, or --column twice.");
    }
    Supplier<SimCse> prepared =
        Guice.createInjector(new EmbeddingModule(model, check, say))
            .getInstance(Key.get(new TypeLiteral<Supplier<SimCse>>() {}));
    Stopwatch watch = new Stopwatch(say.verbose());
    PrintWriter out = spec.commandLine().getOut();
    try (SimCse simcse = prepared.get()) {
      watch.lap("start " + simcse.backend() + " on " + simcse.device() + " and load the model");
      if (input.given()) {
        pairs(simcse, out);
      } else {
        compare(simcse, texts, out);
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
      // Read by a thread, so that a pair does not wait for others to fill its batch. It ends
      // with the input, or with the process: a command that fails does not wait for more input.
      Prefetcher<List<String>> arriving = new Prefetcher<>("reading pairs", MOST_PAIRS, rows);
      boolean file = input.file().filter(Files::isRegularFile).isPresent();
      List<String> batch = new ArrayList<>();
      for (int most = FIRST_PAIRS; arriving.hasNext(); most = Math.min(2 * most, MOST_PAIRS)) {
        do {
          batch.addAll(arriving.next());
        } while (batch.size() < 2 * most && (file ? arriving.hasNext() : arriving.available()));
        compare(simcse, batch, out);
        batch.clear();
      }
    }
  }

  private void compare(SimCse simcse, List<String> batch, PrintWriter out) {
    List<float[]> vectors = simcse.embed(batch);
    for (int i = 0; i < batch.size(); i++) {
      String which = "text %d of pair %d".formatted(i % 2 + 1, pairs + i / 2 + 1);
      check.checked(which, batch.get(i), vectors.get(i));
      if (i % 2 == 1) {
        double cosine = SimCse.cosine(vectors.get(i - 1), vectors.get(i));
        out.println(Double.isNaN(cosine) ? "nan" : String.format(Locale.ROOT, "%.5f", cosine));
      }
    }
    pairs += batch.size() / 2;
    out.flush();
  }
}
