package org.simcse.spark;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.simcse.api.error.InvalidInputException;

/** Files of rows as Spark reads them; the ending of a file or a folder tells its format. */
final class TableFiles {
  private static final Map<String, String> FORMATS =
      new TreeMap<>(
          Map.of(
              "parquet", "parquet",
              "orc", "orc",
              "json", "json",
              "jsonl", "json",
              "ndjson", "json",
              "csv", "csv",
              "tsv", "csv",
              "txt", "text",
              "text", "text"));

  /** Of the usual CSV, with a header and quotes that are doubled, which Spark has to be told. */
  private static final Map<String, String> CSV = Map.of("header", "true", "escape", "\"");

  private TableFiles() {}

  /**
   * Reads all paths, which are of one format.
   *
   * @param options Spark's options of the format, which win over the defaults here
   */
  static Dataset<Row> read(
      SparkSession spark,
      List<String> paths,
      Optional<String> format,
      Map<String, String> options,
      String textColumn) {
    String ending = ending(paths.get(0));
    String name = format.orElseGet(() -> formatOf(paths.get(0), ending));
    Map<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    if (name.equals("csv")) {
      all.putAll(CSV);
      if (ending.equals("tsv")) {
        all.put("sep", "\t");
      }
    }
    all.putAll(options);
    Dataset<Row> rows = spark.read().format(name).options(all).load(paths.toArray(String[]::new));
    return name.equals("text") ? rows.withColumnRenamed("value", textColumn) : rows;
  }

  private static String ending(String path) {
    String name = path.toLowerCase(Locale.ROOT).replaceAll("/+$|\\.(gz|bz2|zst|xz)$", "");
    return name.substring(name.lastIndexOf('.') + 1);
  }

  private static String formatOf(String path, String ending) {
    return Optional.ofNullable(FORMATS.get(ending))
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "The ending of '%s' tells no format; add --input-format parquet, json, csv, text or another that Spark reads."
                        .formatted(path)));
  }
}
