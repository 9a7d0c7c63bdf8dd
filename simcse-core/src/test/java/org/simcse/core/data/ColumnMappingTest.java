package org.simcse.core.data;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.simcse.api.error.InvalidInputException;
import org.simcse.core.table.TextFormat;
import org.simcse.core.table.TextTable;

class ColumnMappingTest {
  @Test
  void theTextNamesAColumnForEveryRole() {
    assertThat(ColumnMapping.parse("negative=n1, positive = p ,anchor=a,negative=n 2"))
        .isEqualTo(new ColumnMapping("a", Optional.of("p"), List.of("n1", "n 2")));
    assertThat(ColumnMapping.parse("anchor=a=b").names()).containsExactly("a=b");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``                        | is not anchor=COLUMN",
        "text                      | 'text' in the columns 'text' is not anchor=COLUMN",
        "anchor=                   | is not anchor=COLUMN",
        "anchor=a,id=b             | 'id=b' in the columns",
        "anchor=a,                 | is not anchor=COLUMN",
        "positive=a                | name 0 anchors and 1 positives",
        "anchor=a,anchor=b         | name 2 anchors and 0 positives",
        "anchor=a,negative=c       | no positive; add positive=COLUMN",
        "anchor=a,positive=a       | name one column twice",
      })
  void whatMakesNoSenseIsRefused(String text, String message) {
    assertThatThrownBy(() -> ColumnMapping.parse(text))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(message);
  }

  private static List<Integer> indices(String mapping, String csv) {
    try (TextTable table =
        TextTable.read(
            new ByteArrayInputStream(csv.getBytes(UTF_8)),
            "file",
            TextFormat.of(TextFormat.Kind.CSV))) {
      return ColumnMapping.parse(mapping).in(table.columns());
    }
  }

  @Test
  void columnsAreFoundByNameOrNumber() {
    assertThat(indices("anchor=b,positive=a", "a,b,c\n")).containsExactly(1, 0);
    assertThat(indices("anchor=3,positive=1,negative=b", "a,b,c\n")).containsExactly(2, 0, 1);
    assertThat(indices("anchor=1,positive=2", "2,1\n")).as("names win").containsExactly(1, 0);
    assertThatThrownBy(() -> indices("anchor=d", "a,b\n"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("file has no column 'd'; it has the columns [a, b].");
    assertThatThrownBy(() -> indices("anchor=a,positive=1", "a,b\n"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("The columns [a, 1] name one column twice; every role needs its own.");
  }
}
