package org.simcse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Tables that people have, through every command that reads one: taken rightly and said, or refused
 * with what to do.
 */
class TableCasesTest {
  private static final Path FILES = Path.of("src/test/resources/org/simcse/cli/tables");

  @TempDir private static Path directory = Path.of("");
  private static String model = "";

  /** What a command left behind. */
  private record Result(int status, String out, String err) {}

  @BeforeAll
  static void copyFiles() throws IOException {
    model = Models.tinyBert(directory).toString();
    for (String name : names()) {
      Files.copy(FILES.resolve(name), directory.resolve(name));
    }
  }

  private static List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("src/test/resources/org/simcse/cli/tables"))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static Result run(List<String> words) {
    PrintStream err = System.err;
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    try {
      System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8)); // for warnings
      PrintWriter errors = new PrintWriter(said, true, StandardCharsets.UTF_8);
      int status = Main.run(written, errors, words.toArray(String[]::new));
      return new Result(
          status, written.toString(StandardCharsets.UTF_8), said.toString(StandardCharsets.UTF_8));
    } finally {
      System.setErr(err);
    }
  }

  private static List<String> words(String command, String flag, String file, String flags) {
    List<String> words =
        new ArrayList<>(
            List.of(
                command,
                "--model",
                model,
                "--pooler",
                "avg",
                flag,
                file.equals("-") ? file : directory.resolve(file).toString()));
    Stream.of(flags.split(" ")).filter(word -> !word.isEmpty()).forEach(words::add);
    return words;
  }

  /** Either all of the parts of a message, separated by {@code ...}, or what was done. */
  private static void assertOutcome(Result result, String done, String expected) {
    if (expected.startsWith("refused: ")) {
      assertThat(result.err())
          .startsWith("simcse: ")
          .contains(expected.substring("refused: ".length()).split(" \\.\\.\\. "));
      assertThat(result.status()).as(result.err()).isEqualTo(2);
      assertThat(result.out()).isEmpty();
    } else {
      assertThat(result.status()).as(result.err()).isZero();
      assertThat(done).isEqualTo(expected);
    }
  }

  @Test
  void everyFileGoesThroughEveryCommand() throws IOException {
    for (Method command : TableCasesTest.class.getDeclaredMethods()) {
      CsvSource cases = command.getAnnotation(CsvSource.class);
      if (cases != null) {
        assertThat(Arrays.stream(cases.value()).map(line -> line.split("[ |]")[0]).distinct())
            .as(command.getName())
            .containsExactlyInAnyOrderElementsOf(names());
      }
    }
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "bomonly.txt       |                          | 0",
        "nli-index.csv     |                          | refused: the columns [column 1, sent0, sent1, hard_neg]; choose one with --column",
        "nli-index.csv     | --column sent1           | 8",
        "nli-label.csv     |                          | refused: choose one with --column",
        "nli-label.csv     | --column 2               | 8",
        "nli-nohdr.csv     |                          | refused: looks like a row of texts ... --no-header",
        "nli-nohdr.csv     | --no-header              | refused: has 3 columns; choose one with --column",
        "nli-nohdr.csv     | --no-header --column 3   | 8",
        "nli-order.csv     |                          | refused: choose one with --column",
        "nli-order.csv     | --column sent0           | 8",
        "nli-ragged.csv    | --column sent0           | refused: nli-ragged.csv, line 10: the row has 3 columns, but the first row has 2",
        "nli-semicolon.csv |                          | refused: the same number of ';' ... --delimiter ';'",
        "nli-semicolon.csv | --delimiter ; --column 1 | 8",
        "nli-trailblank.csv| --column hard_neg        | 8",
        "nli-utf16.csv     |                          | refused: is UTF-16 text ... iconv -f UTF-16 -t UTF-8",
        "pairs-nohdr.csv   |                          | refused: looks like a row of texts ... --no-header",
        "pairs-nohdr.csv   | --no-header --column 1   | 8",
        "rows.json         |                          | 8",
        "rows.json         | --column body            | refused: has no column 'body'; it has the columns [text]",
        "sts.csv           |                          | refused: choose one with --column",
        "sts.csv           | --column sentence2       | 8",
      })
  void embed(String file, @Nullable String flags, String expected) throws IOException {
    Path vectors = directory.resolve("vectors.txt");
    List<String> words = words("embed", "--file", file, flags == null ? "" : flags);
    words.addAll(List.of("--output", vectors.toString()));
    Result result = run(words);
    String done = Files.exists(vectors) ? Files.readAllLines(vectors).size() + "" : "nothing";
    Files.deleteIfExists(vectors);
    assertOutcome(result, done, expected);
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "bomonly.txt       |                            | 0",
        "nli-index.csv     |                            | refused: the columns [column 1, sent0, sent1, hard_neg]; choose two with --columns A,B",
        "nli-index.csv     | --columns sent0,sent1      | 8",
        "nli-label.csv     |                            | refused: choose two with --columns A,B",
        "nli-label.csv     | --columns 1,2              | 8",
        "nli-nohdr.csv     |                            | refused: looks like a row of texts ... --no-header",
        "nli-nohdr.csv     | --no-header --columns 1,3  | 8",
        "nli-order.csv     |                            | refused: choose two with --columns A,B",
        "nli-order.csv     | --column sent0 --column 2  | 8",
        "nli-ragged.csv    |                            | refused: nli-ragged.csv, line 10: the row has 3 columns",
        "nli-semicolon.csv |                            | refused: the same number of ';' ... --delimiter ';'",
        "nli-semicolon.csv | --delimiter ; --columns sent0,sent1 | 8",
        "nli-trailblank.csv| --columns sent0,hard_neg   | 8",
        "nli-utf16.csv     |                            | refused: is UTF-16 text",
        "pairs-nohdr.csv   |                            | refused: looks like a row of texts ... --no-header",
        "pairs-nohdr.csv   | --no-header                | 8",
        "rows.json         |                            | refused: rows.json has the columns [text], but two texts per row are needed.",
        "sts.csv           |                            | refused: the columns [sentence1, sentence2, score]; choose two with --columns A,B",
        "sts.csv           | --columns sentence1,sentence2 | 8",
      })
  void similarity(String file, @Nullable String flags, String expected) {
    Result result = run(words("similarity", "--file", file, flags == null ? "" : flags));
    assertOutcome(result, result.out().lines().count() + "", expected);
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "bomonly.txt       |                          | refused: bomonly.txt is empty",
        "nli-index.csv     |                          | sent0 (anchor), sent1 (positive), hard_neg (hard negative), without column 1: 8",
        "nli-label.csv     |                          | refused: a column 'label', but the loss of this head does not read it ... --columns, as in anchor=sentence1,positive=sentence2",
        "nli-label.csv     | --columns anchor=1,positive=2 | sentence1 (anchor), sentence2 (positive), without label: 8",
        "nli-nohdr.csv     |                          | refused: looks like a row of texts ... --no-header",
        "nli-nohdr.csv     | --no-header              | column 1 (anchor), column 2 (positive), column 3 (hard negative): 8",
        "nli-order.csv     |                          | sent0 (anchor), sent1 (positive), hard_neg (hard negative): 8",
        "nli-order.csv     | --columns anchor=3,positive=sent1 | sent0 (anchor), sent1 (positive), without hard_neg: 8",
        "nli-ragged.csv    |                          | refused: nli-ragged.csv, line 10: the row has 3 columns",
        "nli-semicolon.csv |                          | refused: the same number of ';' ... --delimiter ';'",
        "nli-semicolon.csv | --delimiter ;            | sent0 (anchor), sent1 (positive), hard_neg (hard negative): 8",
        "nli-trailblank.csv|                          | sent0 (anchor), sent1 (positive), hard_neg (hard negative): 8",
        "nli-utf16.csv     |                          | refused: is UTF-16 text",
        "pairs-nohdr.csv   |                          | refused: looks like a row of texts ... --no-header",
        "pairs-nohdr.csv   | --no-header              | column 1 (anchor), column 2 (positive): 8",
        "rows.json         |                          | text (anchor and positive): 8",
        "sts.csv           |                          | refused: a column 'score', but the loss of this head does not read it",
        "sts.csv           | --columns anchor=sentence1,positive=sentence2 | sentence1 (anchor), sentence2 (positive), without score: 8",
      })
  void train(String file, @Nullable String flags, String expected) {
    List<String> words = words("train", "--train-file", file, flags == null ? "" : flags);
    words.addAll(List.of("--dry-run", "--batch-size", "4"));
    Result result = run(words);
    String unused = line(result, "unused columns");
    assertOutcome(
        result,
        line(result, "columns")
            + (unused.isEmpty() ? "" : ", without " + unused)
            + ": "
            + line(result, "rows"),
        expected);
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "bomonly.txt       |                          | refused: bomonly.txt has no pairs",
        "nli-index.csv     |                          | refused: not clear which of them are two texts and their score",
        "nli-label.csv     |                          | refused: label may be a class ... --eval-columns, as in sentence1,sentence2,label",
        "nli-label.csv     | --eval-columns 1,2,label | nli-label.csv (sentence1, sentence2; label)",
        "nli-nohdr.csv     |                          | refused: looks like a row of texts ... --no-eval-header",
        "nli-nohdr.csv     | --no-eval-header         | refused: line 1: the score 'a man is eating soup' is not a finite number",
        "nli-order.csv     |                          | refused: not clear which of them are two texts and their score",
        "nli-ragged.csv    |                          | refused: the columns [sent0, sent1], and it is not clear",
        "nli-semicolon.csv |                          | refused: the same number of ';' ... --eval-delimiter",
        "nli-semicolon.csv | --eval-delimiter ;       | refused: not clear which of them are two texts and their score",
        "nli-trailblank.csv| --eval-columns sent0,sent1,hard_neg | refused: line 2: the score 'a man is eating soup'",
        "nli-utf16.csv     |                          | refused: is UTF-16 text",
        "pairs-nohdr.csv   |                          | refused: looks like a row of texts ... --no-eval-header",
        "pairs-nohdr.csv   | --no-eval-header         | refused: has 2 columns, and it is not clear",
        "rows.json         |                          | refused: has the columns [text], and it is not clear",
        "sts.csv           |                          | sts.csv (sentence1, sentence2; score)",
        "sts.csv           | --eval-columns 2,1,3     | sts.csv (sentence2, sentence1; score)",
        "sts.csv           | --eval-input-format tsv  | refused: the same number of ',' ... --eval-delimiter",
      })
  void evaluate(String file, @Nullable String flags, String expected) {
    List<String> words =
        words(
            "train",
            "--train-file",
            "nli-order.csv",
            "--dry-run --batch-size 4 " + (flags == null ? "" : flags));
    words.addAll(List.of("--eval-file", directory.resolve(file).toString(), "--eval-steps", "0"));
    Result result = run(words);
    assertOutcome(result, line(result, "evaluation").replace(directory + "/", ""), expected);
  }

  @Test
  void standardInputIsReadAsTheOptionsSay() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(Files.readAllBytes(FILES.resolve("nli-semicolon.csv")));
    }
    InputStream in = System.in;
    try {
      System.setIn(new ByteArrayInputStream(packed.toByteArray()));
      List<String> words = words("similarity", "--file", "-", "--input-format csv --delimiter ;");
      words.addAll(List.of("--columns", "sent0,3"));
      Result result = run(words);
      assertThat(result.err()).isEmpty();
      assertThat(result.out().lines()).hasSize(8);
    } finally {
      System.setIn(in);
    }
  }

  @Test
  void aRunWhoseTextsAreAllCutIsTold() {
    List<String> words =
        words("train", "--train-file", "nli-order.csv", "--dry-run --batch-size 4 --max-length 3");
    assertThat(run(words).out())
        .contains(
            "Note: All of the texts are longer than 3 tokens and are cut: raise --max-length");
    words.set(words.indexOf("3"), "30");
    assertThat(run(words).out()).as("some are not").doesNotContain("All of the texts");
  }

  @Test
  void linesThatLookLikeColumnsAreToldUnlessQuiet() throws IOException {
    Files.writeString(directory.resolve("tabs.txt"), "a\tb\nc\td\ne\tf\ng\th\n");
    String vectors = "--output " + directory.resolve("tabs.vectors");
    assertThat(run(words("embed", "--file", "tabs.txt", vectors)).err())
        .startsWith("simcse: ")
        .contains("number of tabs", "--input-format tsv");
    assertThat(run(words("embed", "--file", "tabs.txt", "--quiet " + vectors)).err()).isEmpty();
    assertThat(run(words("train", "--train-file", "tabs.txt", "--dry-run --batch-size 2")).out())
        .contains("Note: " + directory.resolve("tabs.txt") + " is read as one text per line");
  }

  @Test
  void whatIsReadSeveralTimesMustBeARegularFile() {
    List<String> words = words("train", "--train-file", "x", "--dry-run --input-format txt");
    words.set(words.indexOf("--train-file") + 1, "/dev/null");
    Result result = run(words);
    assertThat(result.err()).contains("/dev/null is not a regular file");
    assertThat(result.status()).isEqualTo(2);
  }

  private static String line(Result result, String name) {
    return result
        .out()
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .map(line -> line.substring(20))
        .collect(Collectors.joining());
  }
}
