package org.simcse.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.schema.MessageType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads with parquet-java what it has written. */
class ParquetVectorsTest {
  @TempDir Path folder;
  private int rowGroups;

  private List<Group> rows(ByteArrayOutputStream written) throws IOException {
    Path file = Files.write(folder.resolve("vectors.parquet"), written.toByteArray());
    List<Group> rows = new ArrayList<>();
    try (ParquetFileReader reader = ParquetFileReader.open(new LocalInputFile(file))) {
      rowGroups = reader.getRowGroups().size();
      MessageType schema = reader.getFileMetaData().getSchema();
      for (PageReadStore pages = reader.readNextRowGroup();
          pages != null;
          pages = reader.readNextRowGroup()) {
        RecordReader<Group> records =
            new ColumnIOFactory()
                .getColumnIO(schema)
                .getRecordReader(pages, new GroupRecordConverter(schema));
        for (long i = 0; i < pages.getRowCount(); i++) {
          rows.add(records.read());
        }
      }
    }
    return rows;
  }

  private static float[] vector(Group row) {
    Group list = row.getGroup("embedding", 0);
    float[] vector = new float[list.getFieldRepetitionCount("list")];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = list.getGroup("list", i).getFloat("element", 0);
    }
    return vector;
  }

  @Test
  void textsAndVectorsComeBackBitForBit() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ParquetVectors file = new ParquetVectors(out);
    file.write("é 中 \uD83D\uDE00", new float[] {1, -0f, Float.MIN_VALUE});
    file.write("", new float[] {Float.NaN, Float.NEGATIVE_INFINITY, 1e38f});
    file.finish();

    List<Group> rows = rows(out);

    assertThat(rows).hasSize(2);
    assertThat(rows.get(0).getString("text", 0)).isEqualTo("é 中 \uD83D\uDE00");
    assertThat(vector(rows.get(0))).containsExactly(1, -0f, Float.MIN_VALUE);
    assertThat(rows.get(1).getString("text", 0)).isEmpty();
    assertThat(vector(rows.get(1))).containsExactly(Float.NaN, Float.NEGATIVE_INFINITY, 1e38f);
  }

  @Test
  void noRowsAreAFileToo() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new ParquetVectors(out).finish();

    assertThat(rows(out)).isEmpty();
  }

  @Test
  void whatIsHeldInMemoryIsWrittenGroupByGroup() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ParquetVectors file = new ParquetVectors(out);
    int width = 1000;
    int before = 0;
    for (int i = 0; i < 12_000; i++) { // 48 MB
      float[] vector = new float[width];
      Arrays.fill(vector, i);
      file.write("text " + i, vector);
      if (i == 8_000) {
        before = out.size();
      }
    }
    file.finish();

    assertThat(before).as("written of 32 MB").isGreaterThan(15_000_000);
    List<Group> rows = rows(out);
    assertThat(rowGroups).isBetween(2, 4);
    assertThat(rows).hasSize(12_000);
    assertThat(vector(rows.get(11_999))).hasSize(width).containsOnly(11_999f);
  }

  @Test
  void withoutItsEndItIsNoFile() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new ParquetVectors(out).write("a", new float[] {1});

    assertThat(out.size()).isLessThan(12); // shorter than any Parquet file
  }
}
