package org.simcse.cli.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.simcse.api.error.InvalidInputException;
import org.simcse.core.table.FormatOptions;

class RowsTest {
  @TempDir private Path directory = Path.of("");

  private List<List<String>> read(String name, String content, List<String> columns, boolean pairs)
      throws IOException {
    Path file = Files.writeString(directory.resolve(name), content);
    List<List<String>> rows = new ArrayList<>();
    try (Rows source = Rows.open(Optional.of(file), FormatOptions.NONE, columns, pairs)) {
      source.forEachRemaining(rows::add);
    }
    return rows;
  }

  private List<List<String>> read(String name, String content, String... columns)
      throws IOException {
    return read(name, content, List.of(columns), false);
  }

  @Test
  void aPlainFileHasATextALine() throws IOException {
    assertThat(read("a.txt", "one, two\n\nthree\n"))
        .containsExactly(List.of("one, two"), List.of(""), List.of("three"));
  }

  @Test
  void aPlainFileOfPairsIsSplitAtTabs() throws IOException {
    assertThat(read("a.txt", "a\tb\n\nc\td\n", List.of(), true))
        .containsExactly(List.of("a", "b"), List.of("c", "d"));
    assertThat(read("a.txt", "a\tb\tc\n", List.of("3", "1"), true))
        .containsExactly(List.of("c", "a"));
    assertThatThrownBy(() -> read("a.txt", "a\tb\nlonely\n", List.of(), true))
        .hasMessageContaining("line 2");
  }

  @Test
  void aCommaSeparatedFileIsReadByNameOrNumber() throws IOException {
    String csv = "id,text\n1,\"He said \"\"hi\"\", then\nleft\"\n2,plain\n";
    assertThat(read("a.csv", csv, "text"))
        .containsExactly(List.of("He said \"hi\", then\nleft"), List.of("plain"));
    assertThat(read("a.csv", csv, "2", "id"))
        .containsExactly(List.of("He said \"hi\", then\nleft", "1"), List.of("plain", "2"));
    assertThat(read("a.csv", csv))
        .containsExactly(List.of("He said \"hi\", then\nleft"), List.of("plain"));
  }

  @Test
  void aTabSeparatedFileQuotesNothing() throws IOException {
    assertThat(read("a.tsv", "a\tb\n\"x\t5'\" tall\n", "b")).containsExactly(List.of("5'\" tall"));
  }

  @Test
  void aColumnThatIsNotThereIsRefused() {
    assertThatThrownBy(() -> read("a.csv", "a,b\n1,2\n", "c"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("has no column 'c'; it has the columns [a, b]");
    assertThatThrownBy(() -> read("a.csv", "a,b\n1,2\n"))
        .hasMessageContaining("choose one with --column");
    assertThatThrownBy(() -> read("a.txt", "a\n", "c"))
        .hasMessageContaining("so 'c' must be a number, from 1 to 1");
  }

  @Test
  void aRowThatIsTooShortIsRefusedWithItsPlace() {
    assertThatThrownBy(() -> read("a.csv", "a,b\n1,2\n3\n", "b"))
        .hasMessageContaining("line 3")
        .hasMessageContaining("the row has 1 column");
  }

  @Test
  void linesOfJsonAreReadByField() throws IOException {
    assertThat(read("a.jsonl", "{\"text\": \"a\\nb\", \"n\": 1}\n{\"text\": \"c\"}\n"))
        .containsExactly(List.of("a\nb"), List.of("c"));
    assertThatThrownBy(() -> read("a.jsonl", "{\"text\": 1}\n{oops\n"))
        .hasMessageContaining("line 2 is not JSON");
    assertThatThrownBy(() -> read("a.jsonl", "{\"a\": 1, \"b\": 2}\n"))
        .hasMessageContaining("has the columns [a, b]; choose one with --column");
    assertThat(read("a.json", "[{\"text\": \"a\"},\n{\"text\": \"b\"}]")).hasSize(2);
  }

  @Test
  void aFileThatIsNotThereIsRefused() {
    assertThatThrownBy(
            () ->
                Rows.open(
                    Optional.of(directory.resolve("none.txt")),
                    FormatOptions.NONE,
                    List.of(),
                    false))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("does not exist");
  }

  @Test
  void theOnlyColumnThatMayBeATextIsTheText() throws IOException {
    assertThat(read("a.csv", ",review\n0,good\n")).containsExactly(List.of("good"));
    assertThat(read("a.csv", "id,review,label\n7,good,1\n")).containsExactly(List.of("good"));
    assertThat(read("a.csv", "title,text\nx,good\n")).containsExactly(List.of("good"));
    assertThat(read("a.csv", "label\n1\n")).containsExactly(List.of("1"));
    assertThatThrownBy(() -> read("a.csv", "title,review\nx,good\n"))
        .hasMessageContaining("choose one with --column");
  }

  @Test
  void aPairIsTwoColumnsAndOfMoreTheUserChooses() throws IOException {
    assertThat(read("a.csv", "x,y\na,b\n", List.of(), true)).containsExactly(List.of("a", "b"));
    assertThatThrownBy(() -> read("a.csv", "x,y,z\na,b,c\n", List.of(), true))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("has the columns [x, y, z]; choose two with --columns A,B");
    assertThatThrownBy(() -> read("a.csv", "x\na\n", List.of(), true))
        .hasMessageContaining("has the columns [x], but two texts per row are needed");
  }

  @Test
  void anEmptyFileHasNoRows() throws IOException {
    assertThat(read("a.csv", "", "x")).isEmpty();
    assertThat(read("a.txt", "")).isEmpty();
  }
}
