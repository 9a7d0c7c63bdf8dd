package org.simcse.spark;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.simcse.api.engine.DeviceKind;
import org.simcse.api.error.InvalidInputException;
import org.simcse.core.modeldir.ModelSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The job that {@code spark-submit} runs. */
@Command(
    name = "simcse-spark.jar",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    customSynopsis =
        "spark-submit --jars 'jars/*,pytorch/*' simcse-spark.jar --input PATH --output PATH [OPTION...]",
    description =
        "Embed a column of texts of any number of rows: all columns are written, and one with the vectors.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  spark-submit --jars 'jars/*,pytorch/*' simcse-spark.jar \\",
      "    --input hdfs:///reviews.parquet --output hdfs:///vectors --model /models/minilm",
      "  spark-submit --jars 'jars/*,tensorflow/*' --archives minilm.zip#minilm simcse-spark.jar \\",
      "    --input reviews.csv --text-column review --output vectors --model minilm --backend tensorflow",
      "",
      "Exit codes: 0 done, 1 failed, 2 misused."
    })
final class EmbedCommand implements Callable<Integer> {
  /** What the command simcse sets for its engines: idle threads that sleep, few cached kernels. */
  private static final Map<String, String> ENGINE_VARIABLES =
      Map.of(
          "OMP_WAIT_POLICY", "PASSIVE",
          "ONEDNN_PRIMITIVE_CACHE_CAPACITY", "32",
          "TF_CPP_MIN_LOG_LEVEL", "3",
          "TF_ENABLE_ONEDNN_OPTS", "1");

  @Option(
      names = {"-i", "--input"},
      paramLabel = "PATH",
      required = true,
      description = "File, folder or pattern that Spark reads; several are read together.")
  private List<String> input = List.of();

  @Option(
      names = "--input-format",
      paramLabel = "FORMAT",
      description =
          "Format of the input, such as parquet, json, csv, text or orc; default: by the ending.")
  private Optional<String> inputFormat = Optional.empty();

  @Option(
      names = "--input-option",
      paramLabel = "NAME=VALUE",
      description =
          "Option of Spark for the input, such as sep=; or multiLine=true. csv is read with header=true and doubled quotes by default.")
  private Map<String, String> inputOptions = new LinkedHashMap<>();

  @Option(
      names = "--text-column",
      paramLabel = "NAME",
      defaultValue = "text",
      description = "The column of texts; default: text.")
  private String textColumn = "text";

  @Option(
      names = "--key-column",
      paramLabel = "NAME",
      description =
          "The column whose value names a row in messages; default: the row's number within its partition.")
  private Optional<String> keyColumn = Optional.empty();

  @Option(
      names = "--partitions",
      paramLabel = "N",
      description =
          "Distribute the rows anew over N partitions first, for input in fewer than there are cores; default: as Spark reads it.")
  private Optional<Integer> partitions = Optional.empty();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "PATH",
      required = true,
      description = "Folder to write, which must not exist; a job that fails leaves no _SUCCESS.")
  private String output = "";

  @Option(names = "--overwrite", description = "Replace the output if it exists.")
  private boolean overwrite;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "parquet",
      description =
          "Format of the output: parquet, json, orc, or another with arrays; default: parquet.")
  private String format = "parquet";

  @Option(
      names = "--embedding-column",
      paramLabel = "NAME",
      defaultValue = "embedding",
      description = "The column of vectors in the output; default: embedding.")
  private String embeddingColumn = "embedding";

  @Option(
      names = "--on-error",
      paramLabel = "ACTION",
      defaultValue = "fail",
      description =
          "What becomes of a row that cannot be embedded, such as one without text: fail, or null for a null vector; default: fail.")
  private OnError onError = OnError.FAIL;

  @Option(
      names = "--allow-non-finite",
      description = "Accept vectors with NaN or infinite components.")
  private boolean allowNonFinite;

  @Option(
      names = {"-b", "--backend"},
      paramLabel = "NAME",
      defaultValue = "pytorch",
      description =
          "Engine to compute with: pytorch, tensorflow, or one of a plugin among --jars; default: pytorch.")
  private String backend = "pytorch";

  @Option(
      names = {"-m", "--model"},
      paramLabel = "MODEL",
      description =
          "Directory that the driver and every executor have, the folder of an archive of --archives, or ORG/NAME[@REVISION] of the Hugging Face Hub; default: the embedded all-MiniLM-L6-v2.")
  private String model = ModelSource.DEFAULT;

  @Option(
      names = {"-p", "--pooler"},
      paramLabel = "NAME",
      description =
          "How hidden states become a vector, with options as in attention:heads=4; default: the model's own pooler.")
  private Optional<String> pooler = Optional.empty();

  @Option(
      names = "--prompt-name",
      paramLabel = "NAME",
      description =
          "Name of the model's prompt to prepend to every text, such as query; default: the model's default prompt.")
  private Optional<String> promptName = Optional.empty();

  @Option(
      names = "--prompt",
      paramLabel = "TEXT",
      description =
          "Text to prepend to every text; an empty one disables the model's default prompt.")
  private Optional<String> prompt = Optional.empty();

  @Option(
      names = "--device",
      paramLabel = "KIND",
      defaultValue = "auto",
      description = "Device: auto, cpu or gpu; default: auto.")
  private DeviceKind device = DeviceKind.AUTO;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description =
          "Threads per operation of each task; default: spark.task.cpus, since the tasks of an executor share its cores.")
  private Optional<Integer> threads = Optional.empty();

  @Option(
      names = "--max-length",
      paramLabel = "TOKENS",
      description =
          "Maximum length in tokens, special tokens included; longer texts are truncated; default: the model's.")
  private Optional<Integer> maxLength = Optional.empty();

  @Option(
      names = "--batch-tokens",
      paramLabel = "TOKENS",
      description = "Tokens per batch, padding included; default: 512.")
  private Optional<Integer> batchTokens = Optional.empty();

  @Option(
      names = "--normalize",
      negatable = true,
      defaultValue = Option.NULL_VALUE,
      fallbackValue = "true",
      description = "Scale vectors to length 1, or not; default: as the model does.")
  private Optional<Boolean> normalize = Optional.empty();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException {
    SparkEmbedding embedding = embedding();
    partitions.ifPresent(EmbedCommand::requirePositivePartitions);
    SparkConf conf = new SparkConf();
    ENGINE_VARIABLES.forEach(
        (name, value) -> conf.setIfMissing("spark.executorEnv." + name, value));
    conf.setIfMissing("spark.app.name", "SimCSE");
    try (SparkSession spark = SparkSession.builder().config(conf).getOrCreate()) {
      Dataset<Row> rows = TableFiles.read(spark, input, inputFormat, inputOptions, textColumn);
      EmbeddingCounts counts = EmbeddingCounts.of(spark);
      embedding
          .embed(partitions.map(rows::repartition).orElse(rows), counts)
          .write()
          .format(format)
          .mode(overwrite ? SaveMode.Overwrite : SaveMode.ErrorIfExists)
          .save(output);
      report(counts);
    }
    return ExitCode.DONE;
  }

  private static void requirePositivePartitions(int count) {
    if (count < 1) {
      throw new InvalidInputException(
          "--partitions must be at least 1, but it is %d.".formatted(count));
    }
  }

  private SparkEmbedding embedding() {
    SparkEmbedding embedding =
        SparkEmbedding.ofModel(model)
            .textColumn(textColumn)
            .embeddingColumn(embeddingColumn)
            .onError(onError)
            .allowNonFinite(allowNonFinite)
            .backend(backend)
            .device(device);
    keyColumn.ifPresent(embedding::keyColumn);
    pooler.ifPresent(embedding::pooler);
    promptName.ifPresent(embedding::promptName);
    prompt.ifPresent(embedding::prompt);
    threads.ifPresent(embedding::threads);
    maxLength.ifPresent(embedding::maxLength);
    batchTokens.ifPresent(embedding::batchTokens);
    normalize.ifPresent(embedding::normalize);
    return embedding;
  }

  private void report(EmbeddingCounts counts) {
    say(
        "Embedded %d rows of %d tokens; executors that loaded the model: %s."
            .formatted(counts.embedded(), counts.tokens(), String.join(", ", counts.executors())));
    if (counts.truncated() > 0) {
      say(
          "%d of %d texts were longer than the maximal length and were cut (--max-length)."
              .formatted(counts.truncated(), counts.embedded()));
    }
    if (counts.failed() > 0) {
      say("%d rows have no vector (--on-error null).".formatted(counts.failed()));
    }
  }

  private void say(String message) {
    spec.commandLine().getErr().println("simcse: " + message);
  }
}
