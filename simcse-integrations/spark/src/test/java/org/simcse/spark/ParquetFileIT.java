package org.simcse.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Spark reads what {@code simcse embed --format parquet} writes. The writer has a class loader of
 * its own here, as both bring parquet-java.
 */
class ParquetFileIT {
  @TempDir Path folder;

  private static URL[] jars() throws Exception {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("simcse.parquet", "")))) {
      List<URL> urls = new ArrayList<>();
      for (Path file : files.toList()) {
        urls.add(file.toUri().toURL());
      }
      return urls.toArray(URL[]::new);
    }
  }

  private static void write(Path file, List<String> texts, float[] vector) throws Exception {
    try (URLClassLoader loader = new URLClassLoader(jars(), ClassLoader.getPlatformClassLoader());
        OutputStream out = Files.newOutputStream(file)) {
      Class<?> type = loader.loadClass("org.simcse.parquet.ParquetVectors");
      Object writer = type.getConstructor(OutputStream.class).newInstance(out);
      for (String text : texts) {
        type.getMethod("write", String.class, float[].class).invoke(writer, text, vector);
      }
      type.getMethod("finish").invoke(writer);
    }
  }

  @Test
  void sparkReadsTheShardsOfEmbed() throws Exception {
    write(folder.resolve("part-00000.parquet"), List.of("one", "zwei €"), new float[] {1, -0.5f});
    write(folder.resolve("part-00001.parquet"), List.of("three"), new float[] {2, Float.NaN});
    Files.writeString(folder.resolve("manifest.json"), "{}");

    try (SparkSession spark =
        SparkSession.builder().master("local[1]").config("spark.ui.enabled", false).getOrCreate()) {
      List<Row> rows = spark.read().parquet(folder + "/*.parquet").sort("text").collectAsList();

      assertThat(rows.get(0).schema().simpleString())
          .isEqualTo("struct<text:string,embedding:array<float>>");
      assertThat(rows.stream().map(row -> row.getString(0)))
          .containsExactly("one", "three", "zwei €");
      assertThat(rows.get(0).<Float>getList(1)).containsExactly(1f, -0.5f);
      assertThat(rows.get(1).<Float>getList(1)).containsExactly(2f, Float.NaN);
    }
  }
}
