package org.simcse.core.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.simcse.api.error.InvalidInputException;
import org.simcse.core.TestData;
import org.simcse.core.table.TextFormat;

class ScoredPairsTest {
  private static final String STSB = "STS/STSBenchmark/sts-dev.csv";
  private static final String SICK = "SICK/SICK_trial.txt";

  @TempDir private Path directory = Path.of("");

  private Path file(String name, String content) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, content);
  }

  private ScoredPairs read(String name, String content, String... columns) throws IOException {
    Path file = file(name, content);
    TextFormat format = TextFormat.ofEnding(file).orElseThrow();
    return ScoredPairs.read(file, format, List.of(columns));
  }

  private void assertRefused(String name, String content, String message, String... columns) {
    assertThatThrownBy(() -> read(name, content, columns))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(message.replace("FILE", directory.resolve(name).toString()));
  }

  private static void assertPair(ScoredPairs pairs, int i, String first, String second, double s) {
    assertThat(pairs.first().get(i)).isEqualTo(first);
    assertThat(pairs.second().get(i)).isEqualTo(second);
    assertThat(pairs.scores()[i]).isEqualTo(s);
  }

  @Test
  void theDevelopmentSetsAreReadAsSentEvalReadsThem() throws IOException {
    file(
        STSB,
        "g\tf\t2012\t0001\t4.25\ta \"man\u00a0sings\t \t\n".replace(" \t\n", "b  c\u001c d \n"));
    file(SICK, "id\tA\tB\tscore\tjudgment\r\n7\tone  two\tthree\t3.5\tNEUTRAL\r\n");
    List<ScoredPairs> sets = ScoredPairs.developmentSets(directory);

    assertThat(sets)
        .extracting(ScoredPairs::metric)
        .containsExactly("eval_stsb_spearman", "eval_sickr_spearman");
    assertThat(sets).extracting(ScoredPairs::size).containsExactly(1, 1);
    assertPair(sets.get(0), 0, "a \"man sings", "b c d", 4.25);
    assertPair(sets.get(1), 0, "one two", "three", 3.5);
  }

  @Test
  void oneDevelopmentSetIsEnough() throws IOException {
    file(SICK, "id\tA\tB\tscore\tjudgment\n7\tone\ttwo\t3.5\tNEUTRAL\n");
    assertThat(ScoredPairs.developmentSets(directory))
        .extracting(ScoredPairs::metric)
        .containsExactly(ScoredPairs.SICKR);
  }

  @Test
  void aDirectoryWithoutDevelopmentSetsIsRefused() {
    assertThatThrownBy(() -> ScoredPairs.developmentSets(directory))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContainingAll(directory.toString(), STSB, SICK);
  }

  @Test
  void aDamagedRowOfADevelopmentSetIsNamed() throws IOException {
    Path file = file(STSB, "g\tf\t2012\t0001\t4.25\ta\tb\ng\tf\t2012\t0001\tfour\ta\tb\n");
    assertThatThrownBy(() -> ScoredPairs.developmentSets(directory))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(file + ", line 2: the score 'four' is not a finite number.");
  }

  @Test
  void theRealDevelopmentSetsAreRead() {
    List<ScoredPairs> sets = ScoredPairs.developmentSets(TestData.data("senteval"));
    assertThat(sets).extracting(ScoredPairs::size).containsExactly(1500, 500);
  }

  @Test
  void columnsAreFoundByTheirUsualNamesOrTheirOrder() throws IOException {
    ScoredPairs usual =
        read("a.csv", "score,id,sentence2,sentence1\n0.5,7,\"b, too\",a\n\n1,8,d,c\n\n");
    assertThat(usual.metric()).isEqualTo("eval_spearman");
    assertThat(usual.size()).isEqualTo(2);
    assertPair(usual, 0, "a", "b, too", 0.5);
    assertPair(usual, 1, "c", "d", 1);
    assertPair(read("b.tsv", "x\ty\tz\na\tb\t -2 \n"), 0, "a", "b", -2);
    assertPair(read("c.jsonl", "{\"x\":\" a\",\"y\":\"b\",\"z\":3}\n"), 0, " a", "b", 3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x,y,z\na,b,0.5\n",
        "score,sentence_B,id,sentence_A\n0.5,b,7,a\n",
        "text1,text2,similarity\na,b,0.5\n",
        ",premise,hypothesis,label,score\n0,a,b,2,0.5\n",
        "answer,score,query\nb,0.5,a\n",
      })
  void namesSayWhichColumnIsWhat(String csv) throws IOException {
    assertPair(read("a.csv", csv), 0, "a", "b", 0.5);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sent0,sent1,hard_neg\na,b,c\n",
        "id,text,label\n1,a,0\n",
        "a,b\nx,y\n",
        "score,a,b\n1,x,y\n"
      })
  void whatIsNotClearIsRefused(String csv) {
    assertThatThrownBy(() -> read("a.csv", csv))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("it is not clear which of them are two texts and their score");
  }

  @Test
  void aLabelIsNoScoreUnlessTheUserSaysSo() throws IOException {
    String csv = "sentence1,sentence2,label\na,b,1\n";
    assertThatThrownBy(() -> read("a.csv", csv))
        .hasMessageContaining("label may be a class")
        .hasMessageEndingWith(
            "Choose them with the setting columns, as in sentence1,sentence2,label.");
    assertPair(read("a.csv", csv, "sentence1", "sentence2", "label"), 0, "a", "b", 1);
  }

  @Test
  void theSourceSaysWhichColumnsWereTaken() throws IOException {
    assertThat(read("a.csv", "score,text1,text2\n1,a,b\n").source())
        .isEqualTo(directory.resolve("a.csv") + " (text1, text2; score)");
  }

  @Test
  void rowsOfTheDevelopmentSetsMayBeLonger() throws IOException {
    file(STSB, "g\tf\t2012\t0001\t4.25\ta\tb\ng\tf\t2012\t0001\t2\tc\td\tLDC\thttp\n");
    assertThat(ScoredPairs.developmentSets(directory).get(0).size()).isEqualTo(2);
  }

  @Test
  void columnsAreChosenByNameOrNumber() throws IOException {
    String content = "id,q1,q2,gold\n1,a,b,4.5\n";
    assertPair(read("a.csv", content, "q2", "q1", "gold"), 0, "b", "a", 4.5);
    assertPair(read("a.csv", content, "2", "3", "4"), 0, "a", "b", 4.5);
    Path plain = file("b.csv", "4.5,a,b\n");
    TextFormat format = TextFormat.of(TextFormat.Kind.CSV).withoutHeader();
    assertPair(ScoredPairs.read(plain, format, List.of("2", "3", "1")), 0, "a", "b", 4.5);
  }

  @Test
  void whatCannotBeReadIsRefusedWithItsPlace() throws IOException {
    assertRefused("a.csv", "", "FILE has no pairs, so there is nothing to evaluate.");
    assertRefused("a.csv", "a,b,c\n\n", "FILE has no pairs, so there is nothing to evaluate.");
    assertRefused(
        "a.csv", "a,b,c\nx,y,1\nx,y,\n", "FILE, line 3: the score '' is not a finite number.");
    assertRefused(
        "a.csv", "a,b,c\nx,y,NaN\n", "FILE, line 2: the score 'NaN' is not a finite number.");
    assertRefused(
        "a.csv",
        "a,b,c\nx,y\n",
        "FILE, line 2: the row has 2 columns, but the first row has 3. A text that contains the delimiter or a quote must stand in double quotes. Columns are separated by ',' (the setting delimiter).");
    assertRefused(
        "a.csv",
        "a,b,c,d\nx,y,1,2\n",
        "FILE has the columns [a, b, c, d], and it is not clear which of them are two texts and their score. Choose them with the setting columns, as in text1,text2,score.");
    assertRefused(
        "a.csv",
        "a,b,c\nx,y,1\n",
        "FILE has no column 'd'; it has the columns [a, b, c].",
        "a",
        "b",
        "d");
    assertRefused(
        "a.csv",
        "a,b,c\nx,y,1\n",
        "FILE has no column '4'; it has the columns [a, b, c].",
        "a",
        "b",
        "4");
    assertRefused(
        "a.csv",
        "a,b,c\nx,y,1\n",
        "The columns [a, b] are 2, but three are needed: those of two texts and of their score.",
        "a",
        "b");
    Path bytes = directory.resolve("b.csv");
    Files.write(bytes, new byte[] {'a', ',', 'b', ',', 'c', '\n', (byte) 0xFF, ',', 'y', ',', '1'});
    assertThatThrownBy(() -> ScoredPairs.read(bytes, TextFormat.of(TextFormat.Kind.CSV), List.of()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(bytes + ", line 2, byte 1 (0xFF) is not UTF-8.");
  }

  @Test
  void pairsAreWhole() {
    assertThatThrownBy(() -> new ScoredPairs("m", List.of("a"), List.of(), new double[] {1}))
        .hasMessage("m: 1 and 0 texts and 1 scores are no pairs.");
    assertThatThrownBy(
            () -> new ScoredPairs("m", List.of("a"), List.of("b"), new double[] {Double.NaN}))
        .hasMessage("m: a score is not finite.");
  }
}
