package org.simcse.cli;

import com.google.inject.Guice;
import com.google.inject.Injector;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.simcse.cli.io.Destination;
import org.simcse.cli.io.Rows;
import org.simcse.cli.io.Shards;
import org.simcse.cli.io.Texts;
import org.simcse.cli.io.VectorWriter;
import org.simcse.core.embed.Prompt;
import org.simcse.core.io.InputFiles;
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
      "  simcse embed --file 'texts/*.txt' --shard-rows 100000 --format npy --output vectors",
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
          "Output format: text, jsonl, csv, npy, safetensors or parquet; default: text. A component that is not finite is null in jsonl, and nan or inf in the others.")
  private VectorWriter.Format format = VectorWriter.Format.TEXT;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description =
          "Output file, which appears when it is complete, or a device, pipe or socket; '-' is standard output, the default. With --shard-rows a directory.")
  private Optional<Path> output = Optional.empty();

  @Option(
      names = "--shard-rows",
      paramLabel = "N",
      description =
          "Write files of N rows each into the directory of --output, with a manifest, for more texts than one file should hold.")
  private Optional<Integer> shardRows = Optional.empty();

  @Option(
      names = "--resume",
      description = "Continue after the whole files of an earlier run with --shard-rows.")
  private boolean resume;

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
    if (format.binary() && output.isEmpty() && Boolean.getBoolean("simcse.terminal.output")) {
      throw new ParameterException(
          spec.commandLine(),
          "The format %s is binary, which a terminal cannot show; add --output FILE."
              .formatted(format.name().toLowerCase(Locale.ROOT)));
    }
    Injector injector = Guice.createInjector(new EmbeddingModule(model, check, say));
    if (shardRows.isPresent()) {
      return embedInShards(shardRows.get(), injector.getInstance(ShardedEmbeddingJob.class));
    }
    if (resume) {
      throw new ParameterException(spec.commandLine(), "--resume goes with --shard-rows.");
    }
    EmbeddingJob job = injector.getInstance(EmbeddingJob.class);
    try (Texts source = texts.isEmpty() ? fromInput() : Texts.of(texts)) {
      job.run(source, format, Destination.open(output));
    }
    return ExitCode.DONE;
  }

  private int embedInShards(int most, ShardedEmbeddingJob job) {
    if (most < 1) {
      throw new ParameterException(
          spec.commandLine(), "--shard-rows must be at least 1, but it is %d.".formatted(most));
    }
    List<Path> files = input.files();
    if (files.isEmpty() || output.isEmpty() || output.get().toString().equals("-")) {
      throw new ParameterException(
          spec.commandLine(),
          "--shard-rows reads files and writes a directory; add --file FILE and --output DIR.");
    }
    InputFiles.require(files);
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("column", column.orElse(""));
    input.format().format().ifPresent(name -> settings.put("input_format", name));
    input.format().delimiter().ifPresent(text -> settings.put("delimiter", text));
    input.format().header().ifPresent(is -> settings.put("header", is.toString()));
    Shards shards =
        Shards.open(
            output.get(),
            format,
            most,
            job.origin(files, format, most, model.prompt().orElseGet(Prompt::ofModel), settings),
            resume);
    try (Texts source = fromInput()) {
      job.run(source, shards);
    }
    return ExitCode.DONE;
  }

  private Texts fromInput() {
    List<Path> files = input.files();
    if (files.isEmpty()) {
      return from(Optional.empty());
    }
    InputFiles.require(files);
    return Texts.of(
        files.stream().map(file -> from(Optional.of(file))).iterator(),
        say.progressBar() ? input.lines() : -1);
  }

  private Texts from(Optional<Path> file) {
    Rows rows = Rows.open(file, input.format(), column.stream().toList(), false);
    rows.warnings().forEach(say::warn);
    return Texts.of(rows, -1);
  }
}
