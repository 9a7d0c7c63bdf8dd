package org.simcse.spark;

import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.simcse.api.engine.DeviceKind;
import org.simcse.api.error.InvalidInputException;
import org.simcse.core.SimCseBuilder;
import org.simcse.core.modeldir.ModelSource;

/**
 * Embeds the texts of a dataset: all of its columns, and one more with the vectors.
 *
 * <pre>{@code
 * Dataset<Row> vectors = SparkEmbedding.ofModel("/models/minilm").textColumn("review").embed(rows);
 * }</pre>
 *
 * <p>Each executor loads the model once, when its first task has a row, and all of its tasks share
 * it until the executor ends. Partitions are streamed, 2048 rows at a time. A setting that is not
 * set defaults to the model's metadata. Not thread-safe.
 *
 * @since 0.1.0
 */
public final class SparkEmbedding {
  private static final String CPUS_PER_TASK = "spark.task.cpus";

  private final String model;
  private String textColumn = "text";
  private String embeddingColumn = "embedding";
  private @Nullable String keyColumn;
  private OnError onError = OnError.FAIL;
  private boolean allowNonFinite;
  private String backend = SimCseBuilder.DEFAULT_BACKEND;
  private DeviceKind device = DeviceKind.AUTO;
  private @Nullable String pooler;
  private @Nullable String promptName;
  private @Nullable String promptText;
  private @Nullable Boolean normalize;
  private @Nullable Integer maxLength;
  private @Nullable Integer threads;
  private int batchTokens = SimCseBuilder.DEFAULT_BATCH_TOKENS;
  private boolean allowNewParameters;

  private SparkEmbedding(String model) {
    this.model = model;
  }

  /**
   * Starts with the name of a model: a directory that the driver and all executors have under this
   * path, the folder of an archive that Spark unpacks there ({@code --archives minilm.zip#minilm}),
   * or a name of {@link ModelSource}.
   */
  public static SparkEmbedding ofModel(String name) {
    return new SparkEmbedding(name);
  }

  /** Starts with the embedded all-MiniLM-L6-v2. */
  public static SparkEmbedding ofDefaultModel() {
    return new SparkEmbedding(ModelSource.DEFAULT);
  }

  /** Sets the column of texts, of type string; the default is {@code text}. */
  public SparkEmbedding textColumn(String name) {
    textColumn = name;
    return this;
  }

  /** Sets the name of the column of vectors; the default is {@code embedding}. */
  public SparkEmbedding embeddingColumn(String name) {
    embeddingColumn = name;
    return this;
  }

  /**
   * Sets the column whose value names a row in messages; the default is the row's number within its
   * partition, from 1.
   */
  public SparkEmbedding keyColumn(String name) {
    keyColumn = name;
    return this;
  }

  /** Sets what becomes of rows that cannot be embedded; the default is {@link OnError#FAIL}. */
  public SparkEmbedding onError(OnError action) {
    onError = action;
    return this;
  }

  /** Sets whether vectors with NaN or infinite components are accepted. */
  public SparkEmbedding allowNonFinite(boolean whether) {
    allowNonFinite = whether;
    return this;
  }

  /** Sets the engine by name or alias, such as {@code tensorflow}. */
  public SparkEmbedding backend(String name) {
    backend = name;
    return this;
  }

  /** Sets the device to compute on. */
  public SparkEmbedding device(DeviceKind kind) {
    device = kind;
    return this;
  }

  /** Sets the pooler by name, with options as in {@code attention:heads=4}. */
  public SparkEmbedding pooler(String nameAndOptions) {
    pooler = nameAndOptions;
    return this;
  }

  /** Sets the model's prompt that every text is embedded with, by its name. */
  public SparkEmbedding promptName(String name) {
    promptName = name;
    return this;
  }

  /** Sets the text to prepend to every text; an empty one disables the model's default prompt. */
  public SparkEmbedding prompt(String text) {
    promptText = text;
    return this;
  }

  /** Sets whether vectors are scaled to length 1. */
  public SparkEmbedding normalize(boolean whether) {
    normalize = whether;
    return this;
  }

  /** Sets the number of tokens to truncate texts to, special tokens included. */
  public SparkEmbedding maxLength(int tokens) {
    maxLength = positive("maximal length", tokens);
    return this;
  }

  /** Sets the number of tokens per batch, padding included; a longer text is a batch by itself. */
  public SparkEmbedding batchTokens(int tokens) {
    batchTokens = positive("number of tokens in a batch", tokens);
    return this;
  }

  /**
   * Sets how many threads an operation of the engine may use. The default is {@code
   * spark.task.cpus}: the tasks of an executor run at the same time, one on each of its cores.
   */
  public SparkEmbedding threads(int count) {
    threads = positive("number of threads", count);
    return this;
  }

  /**
   * Sets whether parameters that the model directory lacks are initialized randomly instead of
   * being an error; each executor would draw others.
   */
  public SparkEmbedding allowNewParameters(boolean whether) {
    allowNewParameters = whether;
    return this;
  }

  private static int positive(String what, int value) {
    if (value < 1) {
      throw new InvalidInputException(
          "The %s must be at least 1, but it is %d.".formatted(what, value));
    }
    return value;
  }

  /**
   * Returns the rows with a further column, {@code array<float>}; lazily, as Spark does.
   *
   * @throws InvalidInputException if a column is missing, not of strings, or there already
   * @throws org.simcse.api.error.SimCseException if a name is unknown or the model directory cannot
   *     be used
   */
  public Dataset<Row> embed(Dataset<Row> rows) {
    return embed(rows, EmbeddingCounts.of(rows.sparkSession()));
  }

  /** Does the same, and counts. */
  public Dataset<Row> embed(Dataset<Row> rows, EmbeddingCounts counts) {
    StructType columns = rows.schema();
    int text = index(columns, textColumn);
    DataType type = columns.fields()[text].dataType();
    if (!type.equals(DataTypes.StringType)) {
      throw new InvalidInputException(
          "The column '%s' is of type %s; name one of strings."
              .formatted(textColumn, type.simpleString()));
    }
    if (find(columns, embeddingColumn).isPresent()) {
      throw new InvalidInputException(
          "The rows have a column '%s' already; give the column of vectors another name."
              .formatted(embeddingColumn));
    }
    StructType withVectors =
        columns.add(embeddingColumn, DataTypes.createArrayType(DataTypes.FloatType, false), true);
    int key = keyColumn == null ? -1 : index(columns, keyColumn);
    ModelSettings resolved = settings(rows).resolved();
    PartitionFunction function =
        new PartitionFunction(resolved, text, key, onError, allowNonFinite, counts);
    return rows.mapPartitions(function, Encoders.row(withVectors));
  }

  private ModelSettings settings(Dataset<Row> rows) {
    int ofTask =
        Integer.parseInt(rows.sparkSession().sparkContext().conf().get(CPUS_PER_TASK, "1"));
    return new ModelSettings(
        model,
        backend,
        device,
        pooler,
        promptName,
        promptText,
        normalize,
        maxLength,
        batchTokens,
        threads == null ? ofTask : threads,
        allowNewParameters);
  }

  private static int index(StructType columns, String name) {
    return find(columns, name)
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "There is no column '%s'; there are %s."
                        .formatted(name, String.join(", ", columns.fieldNames()))));
  }

  private static Optional<Integer> find(StructType columns, String name) {
    int index = List.of(columns.fieldNames()).indexOf(name);
    return index < 0 ? Optional.empty() : Optional.of(index);
  }
}
