package org.simcse.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.simcse.api.error.InvalidInputException;

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

  @Test
  void columnsAreFoundInTheHeader() {
    assertThat(ColumnMapping.parse("anchor=b,positive=a").places(List.of("a", "b", "c"), "file"))
        .containsExactly(1, 0);
    assertThatThrownBy(() -> ColumnMapping.parse("anchor=d").places(List.of("a", "b"), "file"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("file has no column 'd'; it has [a, b].");
    assertThatThrownBy(() -> ColumnMapping.parse("anchor=a").places(List.of("a", "a"), "file"))
        .hasMessageContaining("several columns 'a'");
    assertThatThrownBy(
            () -> ColumnMapping.parse("anchor=a,positive=b").places(List.of("a"), "file"))
        .hasMessage("2 columns are named, [a, b], but file has only 1: [a].");
    assertThatThrownBy(() -> ColumnMapping.parse("anchor=a").places(List.of(), "file"))
        .hasMessageContaining("file has no names of columns, so [a] cannot be chosen");
  }
}
