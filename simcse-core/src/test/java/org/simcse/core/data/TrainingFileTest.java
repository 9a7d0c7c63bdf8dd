package org.simcse.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.simcse.api.Column;
import org.simcse.api.error.InvalidInputException;
import org.simcse.core.TestData;
import org.simcse.core.table.TextFormat;

class TrainingFileTest {
  @TempDir private Path directory = Path.of("");

  private TrainingFile file(String name, String content) throws IOException {
    return TrainingFile.of(Files.writeString(directory.resolve(name), content));
  }

  private static List<Example> read(TrainingFile file) {
    List<Example> examples = new ArrayList<>();
    try (ExampleReader reader = file.open()) {
      reader.forEachRemaining(examples::add);
    }
    return examples;
  }

  private static List<List<String>> texts(TrainingFile file) {
    return read(file).stream().map(Example::texts).toList();
  }

  private void assertRefused(TrainingFile file, String... parts) {
    assertThatThrownBy(() -> read(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(file.path().toString())
        .hasMessageContainingAll(parts);
  }

  @Test
  void oneColumnIsAnchorAndPositive() throws IOException {
    List<Example> examples = read(file("a.txt", "one\n\n \nlast"));
    assertThat(examples)
        .containsExactly(
            new Example(List.of("one"), 1),
            new Example(List.of(""), 2),
            new Example(List.of(" "), 3),
            new Example(List.of("last"), 4));
    assertThat(examples.get(0).views()).containsExactly("one", "one");
    assertThat(texts(file("a.csv", "text\na\n\"\"\nb\n")))
        .containsExactly(List.of("a"), List.of(""), List.of("b"));
  }

  @Test
  void theLossReadsNumbersLabelsAndVectors() throws IOException {
    List<Column> read = List.of(Column.vector("v"), Column.SCORE);
    List<List<Double>> values = List.of(List.of(1.0, -0.25, 100.0), List.of(0.1));
    TrainingFile json =
        file("a.jsonl", "{\"text\": \"x\", \"v\": [1, -0.25, 1e2], \"score\": 0.1}\n");
    TrainingFile csv = file("a.csv", "text,score,v\nx,0.1, 1  -0.25 1e2\n");
    assertThat(read(json.reading(read))).extracting(Example::values).containsExactly(values);
    assertThat(read(csv.reading(read))).extracting(Example::values).containsExactly(values);
  }

  @Test
  void theNumberOfColumnsSaysWhatTheyAre() throws IOException {
    TrainingFile triplets = file("a.csv", "sent0,sent1,hard_neg\na,b,\"c, d\"\n");
    assertThat(texts(triplets)).containsExactly(List.of("a", "b", "c, d"));
    try (ExampleReader reader = triplets.open()) {
      assertThat(reader.columns()).containsExactly("sent0", "sent1", "hard_neg");
      assertThat(reader.next().views()).containsExactly("a", "b", "c, d");
    }
    assertThat(texts(file("a.jsonl", "{\"q\": \"a\", \"p\": \"b\"}\n{\"p\": \"d\", \"q\": \"c\"}")))
        .containsExactly(List.of("a", "b"), List.of("c", "d"));
    assertThat(Example.roles(4))
        .containsExactly("anchor", "positive", "hard negative", "hard negative");
  }

  @Test
  void aMappingChoosesColumns() throws IOException {
    ColumnMapping mapping = ColumnMapping.parse("anchor=q,positive=p,negative=n2,negative=n1");
    TrainingFile csv = file("a.csv", "id,n1,n2,p,q\n7,a,b,c,d\n").withColumns(mapping);
    assertThat(texts(csv)).containsExactly(List.of("d", "c", "b", "a"));
    TrainingFile json =
        file("a.jsonl", "{\"id\": [7], \"q\": \"a\", \"p\": \"b\"}\n{\"p\": \"d\", \"q\": \"c\"}")
            .withColumns(ColumnMapping.parse("anchor=q,positive=p"));
    assertThat(texts(json)).containsExactly(List.of("a", "b"), List.of("c", "d"));
  }

  @Test
  void aMappingThatDoesNotFitIsRefused() throws IOException {
    ColumnMapping mapping = ColumnMapping.parse("anchor=q,positive=p");
    assertRefused(file("a.csv", "q,x\n1,2\n").withColumns(mapping), "has no column 'p'", "[q, x]");
    assertRefused(file("a.txt", "q\n").withColumns(mapping), "has no names of columns");
    assertRefused(
        file("a.jsonl", "{\"q\": 1, \"p\": 2}\n{\"q\": 1}\n").withColumns(mapping),
        "line 2: there is no text in the field 'p'");
  }

  @Test
  void withoutAHeaderColumnsCountInTheirOrder() throws IOException {
    Path path = Files.writeString(directory.resolve("pairs"), "a|b\nc|d\n");
    TextFormat format = TextFormat.named("csv").withDelimiter("|").withoutHeader();
    assertThat(texts(TrainingFile.of(path, format)))
        .containsExactly(List.of("a", "b"), List.of("c", "d"));
    try (ExampleReader reader = TrainingFile.of(path, format).open()) {
      assertThat(reader.columns()).containsExactly("column 1", "column 2");
    }
  }

  @Test
  void rowsWithBlankTextsAreKeptUnlessTheyAreToBeDropped() throws IOException {
    TrainingFile file = file("a.csv", "a,b\none,\ntwo,x\n\u2003,y\n");
    assertThat(texts(file)).hasSize(3);
    assertThat(read(file).get(0).blankTexts()).isEqualTo(1);
    try (ExampleReader reader = file.droppingBlank().open()) {
      assertThat(reader.next()).isEqualTo(new Example(List.of("two", "x"), 3));
      assertThat(reader.hasNext()).isFalse();
      assertThat(reader.dropped()).isEqualTo(2);
    }
    assertThat(file.count()).isEqualTo(3);
    assertThat(file.droppingBlank().count()).isEqualTo(1);
  }

  @Test
  void anEmptyLineBetweenRowsOfSeveralColumnsIsNoRow() throws IOException {
    assertThat(read(file("a.csv", "a,b\n\nw,x\n\ny,z\n\n\n")))
        .containsExactly(new Example(List.of("w", "x"), 3), new Example(List.of("y", "z"), 5));
  }

  @Test
  void aRowWithAnotherNumberOfColumnsIsRefused() throws IOException {
    assertRefused(
        file("a.csv", "a,b\nw,x\n\"y\ny\",z,z\n"),
        "line 3: the row has 3 columns, but the first row has 2",
        "must stand in double quotes");
    assertRefused(
        file("a.tsv", "a\tb\nx\n"), "line 2: the row has 1 column, but the first row has 2");
    assertRefused(
        file("a.jsonl", "{\"a\": \"x\", \"b\": \"y\"}\n{\"a\": \"z\"}\n"),
        "line 2: there is no text in the field 'b'");
    assertRefused(
        file("a.jsonl", "{\"a\": \"x\"}\n{\"a\": \"y\", \"b\": \"z\"}\n"),
        "line 2: the number of fields is 2, but it is 1 in the first object: [a]");
    assertRefused(
        file("a.csv", "a,b\n1,2,3\n").withColumns(ColumnMapping.parse("anchor=a")), "line 2");
  }

  @Test
  void aFileWithoutRowsIsRefused() throws IOException {
    assertRefused(file("a.txt", ""), "is empty");
    assertRefused(file("a.csv", ""), "is empty");
    assertRefused(file("a.jsonl", ""), "is empty");
    assertRefused(file("a.csv", "a,b\n"), "has a header but no rows");
    assertRefused(file("a.jsonl", "{}\n"), "line 1: the row has no columns");
    assertRefused(file("a.txt", "\n \n").droppingBlank(), "all 2 rows have a blank text");
  }

  @Test
  void aFileThatIsMissingOrOfUnknownFormatIsRefused() {
    assertRefused(TrainingFile.of(directory.resolve("none.txt")), "does not exist");
    assertThatThrownBy(() -> TrainingFile.of(directory.resolve("a.dat")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("names no format; choose one of txt, csv, tsv, jsonl");
  }

  @Test
  void bytesThatAreNotUtf8AreRefusedWithTheirPlace() throws IOException {
    Path path = Files.write(directory.resolve("a.txt"), new byte[] {'a', '\n', 'b', (byte) 0xE9});
    assertRefused(TrainingFile.of(path), "line 2, byte 2 (0xE9) is not UTF-8");
    assertThatThrownBy(() -> TrainingFile.of(path).count()).hasMessageContaining("line 2, byte 2");
  }

  @Test
  void theTripletsOfNaturalLanguageInferenceAreRead() {
    TrainingFile file = TrainingFile.of(TestData.data("nli/nli_triplets.csv"));
    List<Example> examples = read(file);
    assertThat(examples).hasSize(18_312).allMatch(example -> example.texts().size() == 3);
    assertThat(examples.get(1).texts().get(0))
        .isEqualTo("It was, the Sphinx explains, his answer to the Man.");
    assertThat(examples.get(18_311).line()).isEqualTo(18_313);
  }
}
