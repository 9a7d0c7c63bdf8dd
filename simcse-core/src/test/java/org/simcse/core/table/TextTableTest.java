package org.simcse.core.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.simcse.api.error.InvalidInputException;
import org.simcse.core.table.TextFormat.Kind;

class TextTableTest {
  private static final TextFormat CSV = TextFormat.of(Kind.CSV);
  private static final TextFormat JSONL = TextFormat.of(Kind.JSONL);

  @TempDir private Path directory = Path.of("");

  private static TextTable table(TextFormat format, String content) {
    return TextTable.read(
        new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8)), "input", format);
  }

  /** The rows, each as its line and its texts. */
  private static List<String> rows(TextFormat format, String content) {
    List<String> rows = new ArrayList<>();
    try (TextTable table = table(format, content)) {
      table.forEachRemaining(
          row ->
              rows.add(
                  row.line() + ":" + IntStream.range(0, row.size()).mapToObj(row::text).toList()));
    }
    return rows;
  }

  @Test
  void aPlainFileHasATextALineAndNoHeader() {
    assertThat(rows(TextFormat.of(Kind.TXT), "\uFEFFone, \"two\"\r\n\nthree"))
        .containsExactly("1:[one, \"two\"]", "2:[]", "3:[three]");
    assertThat(table(TextFormat.of(Kind.TXT), "a\n").header()).isEmpty();
  }

  @Test
  void quotedTextsHoldDelimitersQuotesAndEndsOfLines() {
    String csv = "a,b\n\"x, y\",\"He said \"\"hi\"\"\"\n\"two\r\nlines\",\"\"\n5'\" tall, z \n";
    assertThat(table(CSV, csv).header()).containsExactly("a", "b");
    assertThat(rows(CSV, csv))
        .containsExactly("2:[x, y, He said \"hi\"]", "3:[two\nlines, ]", "5:[5'\" tall,  z ]");
  }

  @Test
  void everyRowKnowsTheLineOnWhichItBeginsHoweverLongTheLinesAre() {
    // Around the 4000 characters that the parser takes at once.
    for (int length = 3990; length < 4010; length++) {
      String text = "x".repeat(length);
      String csv = "a,b\n" + text + ",1\n\"" + text + "\n" + text + "\",2\nlast,3";
      assertThat(rows(CSV, csv))
          .containsExactly(
              "2:[" + text + ", 1]", "3:[" + text + "\n" + text + ", 2]", "5:[last, 3]");
    }
  }

  @Test
  void aByteOrderMarkAndCarriageReturnsAreNoPartOfTheColumns() {
    String csv = "\uFEFF\"a\",b\r\n1,2\r\n";
    assertThat(table(CSV, csv).header()).containsExactly("a", "b");
    assertThat(rows(CSV, csv)).containsExactly("2:[1, 2]");
  }

  @Test
  void aTabSeparatedFileQuotesNothing() {
    assertThat(rows(TextFormat.of(Kind.TSV), "a\tb\n\"x\t5'\" tall\n"))
        .containsExactly("2:[\"x, 5'\" tall]");
  }

  @Test
  void anotherDelimiterSeparates() {
    assertThat(rows(CSV.withDelimiter(";"), "a;b\n\"1;2\";3,4\n")).containsExactly("2:[1;2, 3,4]");
    assertThat(rows(CSV.withDelimiter("\\t"), "a\tb\n\"1\t2\"\t3\n"))
        .containsExactly("2:[1\t2, 3]");
  }

  @Test
  void withoutAHeaderTheFirstRowIsOne() {
    assertThat(rows(CSV.withoutHeader(), "1,2\n3,4")).containsExactly("1:[1, 2]", "2:[3, 4]");
    assertThat(table(CSV.withoutHeader(), "1,2\n").header()).isEmpty();
  }

  @Test
  void aQuotedTextWithoutItsEndIsRefusedWithTheLineWhereItsRowBegins() {
    assertThatThrownBy(() -> rows(CSV, "a,b\n1,2\n3,\"open\n5,6\n7,8\n"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("input, line 3: the row that begins here is damaged")
        .hasMessageContaining("closing quote");
    assertThatThrownBy(() -> rows(CSV, "a,b\n1,2\n\"a \"b\" c\",2\n"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("input, line 3:")
        .hasMessageContaining("must be written twice");
  }

  @Test
  void fieldsOfJsonAreFoundByNameInWhateverOrder() {
    String jsonl = "{\"a\": \"x\\ny\", \"b\": 1}\n{\"b\": null, \"a\": \"\\uD83D\\uDE42\"}\n";
    assertThat(table(JSONL, jsonl).header()).containsExactly("a", "b");
    assertThat(rows(JSONL, jsonl)).containsExactly("1:[x\ny, 1]", "2:[🙂, ]");
  }

  @Test
  void blankLinesOfJsonAreNoRows() {
    assertThat(rows(JSONL, "\n{\"a\": 1}\n \n{\"a\": 2}\n\n\n")).containsExactly("2:[1]", "4:[2]");
  }

  @Test
  void halfASurrogatePairOfJsonIsTheReplacementCharacter() {
    assertThat(rows(JSONL, "{\"a\": \"\\uD83D!\\uDE42\"}")).containsExactly("1:[\uFFFD!\uFFFD]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{oops", "{\"a\": 1} {", "{\"a\": 1} x", "{\"a\": \"b\""})
  void aLineThatIsNotJsonIsRefused(String line) {
    assertThatThrownBy(() -> rows(JSONL, "{\"a\": 1}\n" + line + "\n"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("input, line 2 is not JSON");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[1]", "\"text\"", "null"})
  void aLineThatIsNoObjectIsRefused(String line) {
    assertThatThrownBy(() -> rows(JSONL, "{\"a\": 1}\n" + line + "\n"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("input, line 2 is not a JSON object");
  }

  @Test
  void aFieldThatIsMissingOrNoTextIsRefused() {
    assertThatThrownBy(() -> rows(JSONL, "{\"a\": 1}\n{\"b\": 1}\n"))
        .hasMessageContaining("input, line 2: there is no text in the field 'a'");
    assertThatThrownBy(() -> rows(JSONL, "{\"a\": [1]}\n"))
        .hasMessageContaining("input, line 1: there is no text in the field 'a'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"TXT", "CSV", "TSV", "JSONL"})
  void nothingHasNoRows(Kind kind) {
    assertThat(rows(TextFormat.of(kind), "")).isEmpty();
    assertThat(table(TextFormat.of(kind), "").header()).isEmpty();
  }

  @Test
  void bytesThatAreNotUtf8AreRefusedOrReplaced() {
    byte[] bytes = "a,b\n1,2\n3,x\n".getBytes(StandardCharsets.UTF_8);
    bytes[10] = (byte) 0xFF;
    assertThatThrownBy(
            () ->
                TextTable.read(new ByteArrayInputStream(bytes), "input", CSV)
                    .forEachRemaining(row -> {}))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("input, line 3, byte 3 (0xFF) is not UTF-8");
    try (TextTable table =
        TextTable.read(new ByteArrayInputStream(bytes), "input", CSV.replacingInvalid())) {
      table.next();
      assertThat(table.next().text(1)).isEqualTo("\uFFFD");
    }
  }

  @Test
  void aFileThatIsNotThereIsRefused() {
    assertThatThrownBy(() -> TextTable.open(directory.resolve("none.csv"), CSV))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("none.csv does not exist");
    assertThatThrownBy(() -> TextTable.open(directory, CSV))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("is a directory");
  }
}
