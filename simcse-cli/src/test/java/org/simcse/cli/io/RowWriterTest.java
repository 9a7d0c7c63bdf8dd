package org.simcse.cli.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.simcse.api.error.InvalidInputException;
import org.simcse.core.table.FormatOptions;

class RowWriterTest {
  @TempDir private Path directory = Path.of("");

  @ParameterizedTest
  @ValueSource(strings = {"rows.csv", "rows.jsonl", "ROWS.JSONL"})
  void whatIsWrittenIsRead(String name) throws IOException {
    Path file = directory.resolve(name);
    List<List<String>> rows =
        List.of(
            List.of("a, \"b\"", " ä\n\n", "x"),
            List.of("", "\t", "\"\""),
            List.of("'", "{}", "null"));
    try (OutputStream out = Files.newOutputStream(file)) {
      RowWriter writer = new RowWriter(out, RowWriter.Format.of(Optional.of(file)));
      writer.header(List.of("anchor", "positive", "negative"));
      for (List<String> row : rows) {
        writer.row(row);
      }
      writer.finish();
    }
    List<List<String>> read = new ArrayList<>();
    List<String> columns = List.of("anchor", "positive", "negative");
    try (Rows table = Rows.open(Optional.of(file), FormatOptions.NONE, columns, false)) {
      table.forEachRemaining(read::add);
    }
    assertThat(read).isEqualTo(rows);
  }

  @Test
  void theEndingSaysTheFormat() {
    assertThat(RowWriter.Format.of(Optional.empty())).isEqualTo(RowWriter.Format.CSV);
    assertThat(RowWriter.Format.of(Optional.of(Path.of("/dev/stdout"))))
        .isEqualTo(RowWriter.Format.CSV);
    assertThatThrownBy(() -> RowWriter.Format.of(Optional.of(Path.of("rows.tsv"))))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("rows.tsv");
  }
}
