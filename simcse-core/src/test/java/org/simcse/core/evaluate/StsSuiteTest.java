package org.simcse.core.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.simcse.api.error.InvalidInputException;
import org.simcse.core.TestData;

class StsSuiteTest {
  private static final String STS13 = "STS/STS13-en-test/STS.";
  private static final List<String> SUBSETS_13 = List.of("FNWN", "headlines", "OnWN");

  @TempDir private Path directory;

  /** Embeds a number of degrees as a point on the circle. */
  private static float[][] circle(List<String> texts) {
    return texts.stream()
        .map(text -> Math.toRadians(Double.parseDouble(text.replaceAll("[^0-9]", ""))))
        .map(angle -> new float[] {(float) Math.cos(angle), (float) Math.sin(angle)})
        .toArray(float[][]::new);
  }

  private Path file(String name, String content) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, content);
  }

  private void sts13(String input, String scores) throws IOException {
    for (String subset : SUBSETS_13) {
      file(STS13 + "input." + subset + ".txt", input);
      file(STS13 + "gs." + subset + ".txt", scores);
    }
  }

  private StsSuite read(String... tasks) {
    return StsSuite.read(directory, StsProtocol.SIMCSE, List.of(tasks));
  }

  @Test
  void eachTextIsEmbeddedOnceInAllTasks() throws IOException {
    sts13("0\t10\n0\t20\n0\t40\n", "5\n4\n3\n");
    file("STS/STSBenchmark/sts-test.csv", "g\tf\ty\t1\t5\t10\t20\ng\tf\ty\t2\t1\t80\t20\n");
    List<String> embedded = new ArrayList<>();
    StsSuite suite = read("STS13", "stsb");
    suite.run(
        texts -> {
          embedded.addAll(texts);
          return circle(texts);
        });

    assertThat(embedded).containsExactly("0", "10", "20", "40", "80");
    assertThat(suite.texts()).isEqualTo(5);
    assertThat(suite.occurrences()).isEqualTo(3 * 6 + 4);
  }

  @Test
  void theSubsetsOfATaskAreConcatenatedAndAveraged() throws IOException {
    sts13("0\t10\n0\t20\n0\t40\n", "5\n4\n3\n");
    file(STS13 + "input.OnWN.txt", "0\t30\n0\t60\n");
    file(STS13 + "gs.OnWN.txt", "1\n2\n");
    StsResult result = read("STS13").run(StsSuiteTest::circle).get(0);

    assertThat(result.subsets())
        .extracting(StsResult.Subset::name)
        .containsExactlyElementsOf(SUBSETS_13);
    assertThat(result.subsets().get(2).pairs().spearman()).isEqualTo(-1);
    // Cosines by angle: 10 10 20 20 30 40 40 60, with scores 5 5 4 4 1 3 3 2.
    double[] angles = {10, 20, 40, 10, 20, 40, 30, 60};
    double[] scores = {5, 4, 3, 5, 4, 3, 1, 2};
    double[] cosines = new double[angles.length];
    for (int i = 0; i < angles.length; i++) {
      cosines[i] = -angles[i];
    }
    assertThat(result.all().spearman())
        .isCloseTo(Spearman.correlation(cosines, scores), within(1e-12));
    assertThat(result.mean(ScoredCosines::spearman)).isCloseTo((1 + 1 - 1) / 3.0, within(1e-12));
    assertThat(result.weightedMean(ScoredCosines::spearman))
        .isCloseTo((3 + 3 - 2) / 8.0, within(1e-12));
  }

  @Test
  void pairsWithoutAScoreAreLeftOut() throws IOException {
    sts13("0\t10\nno second text\n0\t40\n", "5\n\n3\n");
    assertThat(read("STS13").occurrences()).isEqualTo(3 * 4);
  }

  @Test
  void bothLayoutsAreRead() throws IOException {
    file("STSBenchmark/sts-test.csv", "g\tf\ty\t1\t5\t10\t20\n");
    file("SICK/SICK_test_annotated.txt", "1\t10\t20\t5\tNEUTRAL\n2\t10\t30\t4\tNEUTRAL\n");
    assertThat(read("STSBenchmark", "SICKRelatedness").occurrences()).isEqualTo(6);

    file("STS/STSBenchmark/sts-test.csv", "g\tf\ty\t1\t5\t10\t20\n");
    file("SICK/SICK_test_annotated.txt", "pair_ID\tA\tB\tscore\tj\n2\t10\t30\t4\tNEUTRAL\n");
    assertThat(read("STS-B", "sick-r").occurrences()).isEqualTo(4);
  }

  @Test
  void mtebTakesAllOfSickAndLeavesTextsAsTheyAre() throws IOException {
    for (String split : List.of("train", "trial", "test_annotated")) {
      file("SICK/SICK_" + split + ".txt", "1\t 10  0\t20\t5\tNEUTRAL\n");
    }
    List<String> embedded = new ArrayList<>();
    StsResult result =
        StsSuite.read(directory, StsProtocol.MTEB, List.of("SICK-R"))
            .run(
                texts -> {
                  embedded.addAll(texts);
                  return circle(texts);
                })
            .get(0);
    assertThat(embedded).containsExactly(" 10  0", "20");
    assertThat(result.all().size()).isEqualTo(3);

    read("SICK-R")
        .run(
            texts -> {
              embedded.addAll(texts);
              return circle(texts);
            });
    assertThat(embedded).contains("10 0");
  }

  @Test
  void severalEmbeddingsComeAsOne() throws IOException {
    sts13("0\t10\n0\t20\n0\t40\n", "5\n4\n3\n");
    List<List<StsResult>> results =
        read("STS13")
            .run(
                texts -> {
                  float[][] both = new float[texts.size()][];
                  for (int i = 0; i < both.length; i++) {
                    float[] vector = circle(List.of(texts.get(i)))[0];
                    both[i] =
                        new float[] {vector[0], vector[1], 1, vector[1] == 0 ? 0 : -vector[0]};
                  }
                  return both;
                },
                2);
    assertThat(results.get(0).get(0).all().spearman()).isEqualTo(1);
    assertThat(results.get(1).get(0).all().spearman()).isNotEqualTo(1);
  }

  @Test
  void everyMissingFileIsListed() throws IOException {
    sts13("0\t10\n", "5\n");
    Files.delete(directory.resolve(STS13 + "gs.OnWN.txt"));
    assertThatThrownBy(() -> read("STS13", "SICK-R"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContainingAll(
            "lacks 2 files", STS13 + "gs.OnWN.txt", "SICK/SICK_test_annotated.txt");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "\"0\t10\n0\t20\n\" | \"5\nhigh\n\" | gs.FNWN.txt, line 2: the score 'high' is not a finite",
        "\"0\t10\n0 20\n\" | \"5\n3\n\" | \"input.FNWN.txt, line 2: 2 tab-separated fields are needed, but the line has 1: '0 20'.\"",
        "\"0\t10\n0\t20\n\" | \"5\n\" | input.FNWN.txt has more lines than",
        "\"0\t10\n\" | \"5\n4\n\" | input.FNWN.txt has fewer lines than",
        "\"0\t10\n\" | \"\n\" | has no scored pairs",
      })
  void aDamagedFileIsNamed(String input, String scores, String message) throws IOException {
    sts13(input, scores);
    assertThatThrownBy(() -> read("STS13"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(message);
  }

  @Test
  void aRowWithTooFewFieldsIsNamed() throws IOException {
    Path file = file("STS/STSBenchmark/sts-test.csv", "g\tf\ty\t1\t5\t10\t20\ng\tf\ty\t2\t1\t80\n");
    assertThatThrownBy(() -> read("STS-B"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(file + ", line 2: 7 tab-separated fields are needed");
  }

  @Test
  void anUnknownTaskIsRefused() {
    assertThatThrownBy(() -> read("STS17"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "There is no task 'STS17' in this evaluation; it has STS12, STS13, STS14, STS15, STS16, STS-B, SICK-R.");
  }

  @Test
  void aConstantHasNoCorrelation() throws IOException {
    sts13("0\t10\n0\t20\n0\t40\n", "5\n4\n3\n");
    StsResult result =
        read("STS13").run(texts -> circle(texts.stream().map(text -> "0").toList())).get(0);
    assertThat(result.all().spearman()).isNaN();
    assertThat(result.all().pearson()).isNaN();
  }

  @Test
  void thePublishedFilesHaveTheirKnownNumbersOfPairs() {
    Path data = TestData.data("senteval");
    Map<StsProtocol, List<Integer>> sizes =
        Map.of(
            StsProtocol.SIMCSE, List.of(3108, 1500, 3750, 3000, 1186, 1379, 4927),
            StsProtocol.MTEB, List.of(3108, 1500, 3750, 3000, 1379, 9927),
            StsProtocol.DEVELOPMENT, List.of(1500, 500));
    float[] vector = {1};
    sizes.forEach(
        (protocol, expected) ->
            assertThat(
                    StsSuite.read(data, protocol, List.of())
                        .run(texts -> texts.stream().map(text -> vector).toArray(float[][]::new)))
                .extracting(result -> result.all().size())
                .isEqualTo(expected));
    // The organizers' own files have the same pairs.
    StsSuite untokenised =
        StsSuite.read(TestData.data("sts-untokenised"), StsProtocol.SIMCSE, List.of());
    assertThat(untokenised.occurrences()).isEqualTo(37700);
  }
}
