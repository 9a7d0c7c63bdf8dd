package org.simcse.core.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.simcse.api.error.InvalidInputException;

class ColumnsTest {
  private static final Columns NAMED = new Columns("FILE", List.of("", "b", "3", "c,d"), 4, true);
  private static final Columns UNNAMED = new Columns("FILE", List.of(), 2, true);
  private static final Columns FIELDS = new Columns("FILE", List.of("a", "b"), 2, false);
  private static final Columns TWINS = new Columns("FILE", List.of("a", "a"), 2, true);

  @Test
  void aColumnIsFoundByNameOrNumberAndTheNameWins() {
    assertThat(NAMED.find("b")).isEqualTo(1);
    assertThat(NAMED.find("1")).isZero();
    assertThat(NAMED.find("4")).isEqualTo(3);
    assertThat(NAMED.find("3")).as("the name").isEqualTo(2);
    assertThat(UNNAMED.find("2")).isEqualTo(1);
    assertThat(FIELDS.find("b")).isEqualTo(1);
    assertThat(TWINS.find("2")).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "NAMED   | x | FILE has no column 'x'; it has the columns [, b, 3, c,d].",
        "NAMED   | 5 | FILE has no column '5'; it has the columns [, b, 3, c,d].",
        "NAMED   | 0 | FILE has no column '0'; it has the columns [, b, 3, c,d].",
        "UNNAMED | x | FILE has no names of columns, so 'x' must be a number, from 1 to 2.",
        "UNNAMED | 3 | FILE has no column '3'; it has 2 columns.",
        "FIELDS  | 1 | FILE has no column '1'; it has the columns [a, b].",
        "TWINS   | a | FILE has several columns 'a'; choose one by its number, from 1.",
      })
  void aColumnThatIsNotThereIsRefused(String columns, String column, String message) {
    Columns table =
        switch (columns) {
          case "NAMED" -> NAMED;
          case "UNNAMED" -> UNNAMED;
          case "FIELDS" -> FIELDS;
          default -> TWINS;
        };
    assertThatThrownBy(() -> table.find(column))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(message);
  }

  @Test
  void aChoiceFindsItsColumnAgain() {
    for (Columns columns : List.of(NAMED, UNNAMED, FIELDS, TWINS)) {
      for (int i = 0; i < columns.size(); i++) {
        assertThat(columns.find(columns.choice(i))).isEqualTo(i);
      }
    }
    assertThat(NAMED.choice(3)).as("a list of names is separated by commas").isEqualTo("4");
  }
}
