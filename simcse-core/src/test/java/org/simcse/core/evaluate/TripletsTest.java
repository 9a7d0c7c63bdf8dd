package org.simcse.core.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.simcse.api.error.InvalidInputException;
import org.simcse.core.table.FormatOptions;

class TripletsTest {
  @TempDir private Path directory = Path.of("");

  private Triplets read(String name, String content, String... columns) throws IOException {
    Path file = Files.writeString(directory.resolve(name), content);
    return Triplets.read(file, FormatOptions.NONE, List.of(columns));
  }

  /** Vectors whose angle in degrees is the text, so that near numbers are similar texts. */
  private static float[][] angles(List<String> texts) {
    return texts.stream()
        .map(text -> Math.toRadians(Double.parseDouble(text)))
        .map(angle -> new float[] {(float) Math.cos(angle), (float) Math.sin(angle)})
        .toArray(float[][]::new);
  }

  @Test
  void aTripletIsRightIfThePositiveIsCloserThanTheNegative() {
    Triplets triplets =
        new Triplets(
            "rows",
            List.of(
                List.of("0", "10", "20", "90"), // both
                List.of("0", "30", "20", "90"), // the second
                List.of("0", "30", "30", "-20"))); // neither: the first is a tie
    UnitFigures figures = triplets.run(TripletsTest::angles, TripletsTest::angles);
    assertThat(figures.byMeasure().get(Triplets.ACCURACY)).containsExactly(1, 0.5, 0);
    assertThat(figures.mean(Triplets.ACCURACY)).isEqualTo(0.5);
    assertThat(triplets.size()).isEqualTo(6);
  }

  @Test
  void anchorsAreQueriesAndEveryTextIsEmbeddedOncePerRole() {
    Triplets triplets =
        new Triplets("rows", List.of(List.of("0", "10", "20"), List.of("10", "0", "20")));
    List<String> queries = new ArrayList<>();
    List<String> documents = new ArrayList<>();
    triplets.run(
        texts -> {
          queries.addAll(texts);
          return angles(texts);
        },
        texts -> {
          documents.addAll(texts);
          return angles(texts);
        });
    assertThat(queries).containsExactly("0", "10");
    assertThat(documents).containsExactly("10", "20", "0");
    assertThat(triplets.texts()).isEqualTo(5);
  }

  @Test
  void columnsAreFoundByTheirNamesOrChosen() throws IOException {
    assertThat(read("named.csv", "negative,id,anchor,positive\nc,1,a,b\n").rows())
        .containsExactly(List.of("a", "b", "c"));
    assertThat(
            read("t.jsonl", "{\"query\": \"a\", \"answer\": \"b\", \"negative_1\": \"c\"}\n")
                .rows())
        .containsExactly(List.of("a", "b", "c"));
    Triplets chosen =
        read(
            "t.tsv",
            "x\ty\tz\tw\n1\t2\t3\t4\n",
            "anchor=z",
            "positive=x",
            "negative=y",
            "negative=4");
    assertThat(chosen.rows()).containsExactly(List.of("3", "1", "2", "4"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          anchor,positive,negative\\na,b,c\\na,' ',c   | FILE, line 3: the positive is blank, but a triplet needs three texts.
          anchor,positive,neg_1,neg_2\\na,b,c,          | FILE, line 2: the negative is blank, but a triplet needs three texts.
          anchor,positive\\na,b                         | FILE has no negatives beside [anchor, positive], but triplets need an anchor, a positive and a negative. Choose them with the setting columns, as in anchor=COLUMN,positive=COLUMN,negative=COLUMN.
          anchor,positive,negative                      | FILE has a header but no rows.
          anchor,positive,negative\\na,b                | FILE, line 2: the row has 2 columns, but the first row has 3. A text that contains the delimiter or a quote must stand in double quotes. Columns are separated by ',' (the setting delimiter).
          """)
  void whatIsNoTripletIsRefusedWithFileAndLine(String content, String message) {
    String rows = content.replace("\\n", "\n").replace("' '", " ");
    assertThatThrownBy(() -> read("t.csv", rows))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(message.replace("FILE", directory.resolve("t.csv").toString()));
  }
}
