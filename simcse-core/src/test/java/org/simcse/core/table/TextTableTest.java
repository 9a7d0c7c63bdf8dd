package org.simcse.core.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
    assertThat(table(TextFormat.of(Kind.TXT), "a\n").columns().names()).isEmpty();
  }

  @Test
  void quotedTextsHoldDelimitersQuotesAndEndsOfLines() {
    String csv = "a,b\n\"x, y\",\"He said \"\"hi\"\"\"\n\"two\r\nlines\",\"\"\n5'\" tall, z \n";
    assertThat(table(CSV, csv).columns().names()).containsExactly("a", "b");
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
    assertThat(table(CSV, csv).columns().names()).containsExactly("a", "b");
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
    assertThat(table(CSV.withoutHeader(), "1,2\n").columns().names()).isEmpty();
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
    assertThat(table(JSONL, jsonl).columns().names()).containsExactly("a", "b");
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
    assertThat(table(TextFormat.of(kind), "").columns().names()).isEmpty();
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

  private static void assertRefused(TextFormat format, byte[] bytes, String... parts) {
    assertThatThrownBy(() -> TextTable.read(new ByteArrayInputStream(bytes), "input", format))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("input")
        .hasMessageContainingAll(parts);
  }

  private static void assertRefused(TextFormat format, String content, String... parts) {
    assertRefused(format, content.getBytes(StandardCharsets.UTF_8), parts);
  }

  @Test
  void anEmptyLineOfSeparatedColumnsIsNoRow() {
    assertThat(rows(CSV, "\n\na,b\n\n1,2\r\n\r\n3,4\n\n\n"))
        .containsExactly("5:[1, 2]", "7:[3, 4]");
    assertThat(rows(CSV, "a\nx\n\n\"\"\n\"y\n\nz\"\n"))
        .containsExactly("2:[x]", "4:[]", "5:[y\n\nz]");
    assertThat(rows(TextFormat.of(Kind.TSV), "a\tb\n\t\n")).containsExactly("2:[, ]");
  }

  @Test
  void aRowOfAnotherWidthIsRefusedWithItsLine() {
    assertThatThrownBy(() -> rows(CSV, "a,b\n1,2\n3\n"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("input, line 3: the row has 1 column, but the first row has 2.");
    assertThatThrownBy(() -> rows(CSV.withoutHeader(), "1,2\n\n3,4,5\n"))
        .hasMessageStartingWith("input, line 3: the row has 3 columns, but the first row has 2.");
    String many = "a,b\n" + "1,2\n".repeat(200);
    assertThatThrownBy(() -> rows(CSV, many + "3\n"))
        .as("behind the rows that are looked at first")
        .hasMessageStartingWith("input, line 202: the row has 1 column");
    assertThat(rows(CSV.withAnyWidth(), "a,b\n1\n2,3,4\n")).containsExactly("2:[1]", "3:[2, 3, 4]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a man is playing a guitar,a person plays an instrument\nx,y\n",
        "1,a man is playing a guitar,a person plays\n2,x,y\n",
        "Hello there.\nx\n",
        "\u4e00\u4e2a\u7537\u4eba\u6b63\u5728\u5f39\u5409\u4ed6\nx\n"
      })
  void namesThatLookLikeTextsAreRefusedUnlessTheUserSaysWhatTheyAre(String csv) {
    assertRefused(
        CSV, csv, "looks like a row of texts", "setting header=false", "setting header=true");
    assertThat(rows(CSV.withHeader(), csv)).hasSize(1);
    assertThat(rows(CSV.withoutHeader(), csv)).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sentence 1,sentence 2\nx,y\n",
        "id,What do you think of our service today?\n1,x\n",
        "0,1\nx,y\n",
        ",text\n0,x\n",
        "\u53e5\u5b50\nx\n"
      })
  void namesThatMayBeNamesAreTaken(String csv) {
    assertThat(rows(CSV, csv)).hasSize(1);
  }

  @Test
  void aSingleColumnThatLooksLikeSeveralIsRefused() {
    String csv = "sent0;sent1\na;c\nd;e\n";
    assertRefused(
        CSV,
        csv,
        "nearly every row holds the same number of ';'",
        "setting delimiter=';'",
        "setting input-format=txt");
    assertThat(rows(CSV.withDelimiter(";"), csv)).hasSize(2);
    assertRefused(
        CSV.withoutHeader(), "a\tb\n".repeat(4), "number of tabs", "setting delimiter='\\t'");
    assertRefused(TextFormat.of(Kind.TSV), "sent0,sent1\na,b\n", "number of ','");
    assertRefused(CSV.withDelimiter(";"), "sent0,sent1\na,b\n", "number of ','");
    assertThat(rows(CSV.withDelimiter(";"), "text\nWell, yes\nNo, no\n")).hasSize(2);
    assertThat(rows(CSV, "text\na;b\nc;d\ne;f\ng;h\n")).as("the name has none").hasSize(4);
    assertThat(rows(CSV.withoutHeader(), "a;b\nc;d\ne\nf\n")).as("not all have").hasSize(4);
    assertThat(rows(CSV.withoutHeader(), "a;b\n")).as("one row says little").hasSize(1);
  }

  @Test
  void linesOfTextThatLookLikeColumnsAreTold() {
    TextFormat txt = TextFormat.of(Kind.TXT);
    try (TextTable table = table(txt, "a\tb\n".repeat(4))) {
      assertThat(table.warnings())
          .containsExactly(
              "input is read as one text per line, but nearly every row holds the same number of tabs. If they separate columns, use the setting input-format=tsv.");
      assertThat(table.next().text(0)).isEqualTo("a\tb");
    }
    try (TextTable table = table(txt, "a;b\n".repeat(4))) {
      assertThat(table.warnings().get(0))
          .endsWith("use the setting input-format=csv and the setting delimiter=';'.");
    }
    try (TextTable table = table(txt, "a, b\n".repeat(40))) {
      assertThat(table.warnings()).isEmpty();
    }
  }

  @Test
  void rowsThatAreLookedAtAreNotTaken() {
    try (TextTable table = table(CSV.withoutHeader(), "1,2\n".repeat(100))) {
      assertThat(table.peek()).hasSize(64);
      assertThat(table.columns().size()).isEqualTo(2);
      long line = 0;
      while (table.hasNext()) {
        assertThat(table.next().line()).isEqualTo(++line);
      }
      assertThat(line).isEqualTo(100);
      assertThat(table.peek()).isEmpty();
    }
  }

  @Test
  void aListOfJsonObjectsIsRead() {
    String json = "\n[\n {\"a\": \"x\", \"b\": 1},\n {\"b\": null,\n  \"a\": \"y\"}\n]\n";
    assertThat(table(JSONL, json).columns().names()).containsExactly("a", "b");
    assertThat(rows(JSONL, json)).containsExactly("3:[x, 1]", "4:[y, ]");
    assertThat(rows(JSONL, "[]")).isEmpty();
    assertThatThrownBy(() -> rows(JSONL, "[{\"a\": 1}, 2]"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "input, line 1: an element of the list is not a JSON object, but every one must be.");
    assertThatThrownBy(() -> rows(JSONL, "[{\"a\": 1}]\n[]"))
        .hasMessage("input, line 2: there is something behind the list.");
    assertThatThrownBy(() -> rows(JSONL, "[{\"a\": 1},\n{\"a\": 2}\n"))
        .hasMessageContaining("is not JSON");
    assertThatThrownBy(() -> rows(JSONL, "{\n\"a\": 1}\n"))
        .hasMessage(
            "input, line 1 is not JSON: Unexpected end-of-input: expected close marker for Object. Every line must hold one object, or the file one list of objects.");
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  @Test
  void whatIsPackedByGzipIsRead() throws IOException {
    ByteArrayOutputStream two = new ByteArrayOutputStream();
    two.write(gzip("\uFEFFa,b\n1,2\n3,"));
    two.write(gzip("4\n"));
    InputStream slow =
        new ByteArrayInputStream(two.toByteArray()) {
          @Override
          public synchronized int available() {
            return 0; // as a pipe whose writer is slow
          }
        };
    try (TextTable table = TextTable.read(slow, "input", CSV)) {
      assertThat(table.columns().names()).containsExactly("a", "b");
      table.next();
      assertThat(table.next().text(1)).as("of the second part").isEqualTo("4");
    }
    byte[] cut = Arrays.copyOf(two.toByteArray(), 30);
    assertThatThrownBy(
            () ->
                TextTable.read(new ByteArrayInputStream(cut), "input", CSV)
                    .forEachRemaining(row -> {}))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageStartingWith("input cannot be read: ");
    assertRefused(CSV, gzip("PAR1\u0015"), "is a Parquet file");
  }

  @ParameterizedTest
  @CsvSource({
    "FFFE61000A00, is UTF-16 text, iconv -f UTF-16 -t UTF-8",
    "FEFF0061000A, is UTF-16 text, iconv -f UTF-16 -t UTF-8",
    "61002C0062000A00, is UTF-16 text, iconv -f UTF-16LE",
    "0061002C0062000A, is UTF-16 text, iconv -f UTF-16BE",
    "FFFE000061000000, is UTF-32 text, iconv -f UTF-32",
    "5041523115041500, is a Parquet file, pandas.read_parquet",
    "504B030414000600, is a workbook or another zip archive, Save the sheet as CSV",
    "D0CF11E0A1B11AE1, is an old workbook, Save the sheet as CSV",
    "4152524F57310000, is an Arrow file, pandas.read_feather",
    "425A68393141592653590000, is packed by bzip2, gzip",
    "FD377A585A000004, is packed by xz, gzip",
    "28B52FFD04000000, is packed by zstd, gzip",
    "76657273696F6E2068747470733A2F2F6769742D6C66732E6769746875622E636F6D2F737065632F76310A, is a pointer of Git LFS, git lfs pull",
  })
  void filesOfOtherKindsAreRefusedByTheirFirstBytes(String hex, String what, String advice) {
    for (Kind kind : Kind.values()) {
      assertRefused(TextFormat.of(kind), HexFormat.of().parseHex(hex), what, advice);
    }
  }

  @Test
  void textsThatBeginAsOtherKindsOfFilesDoAreRead() {
    TextFormat txt = TextFormat.of(Kind.TXT);
    assertThat(rows(txt, "PAR1 is a gene.\nPK\nBZh\nversion 2\n")).hasSize(4);
    assertThat(rows(txt, "a")).hasSize(1);
  }
}
