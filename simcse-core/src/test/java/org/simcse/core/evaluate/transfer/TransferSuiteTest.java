package org.simcse.core.evaluate.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.simcse.api.error.InvalidInputException;
import org.simcse.core.TestData;

class TransferSuiteTest {
  private static final TransferSettings SETTINGS = TransferSettings.fast().withThreads(2);

  @TempDir private Path directory;

  private void file(String name, Charset charset, String content) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content, charset);
  }

  private void file(String name, String content) throws IOException {
    file(name, StandardCharsets.UTF_8, content);
  }

  private static String lines(int count, String format) {
    return IntStream.range(0, count)
        .mapToObj(i -> String.format(format, i) + "\n")
        .collect(Collectors.joining());
  }

  private void cr(int positives, int negatives) throws IOException {
    file("CR/custrev.pos", lines(positives, "good %d"));
    file("CR/custrev.neg", lines(negatives, "bad %d"));
  }

  private TransferSuite read(TransferTask... tasks) {
    return TransferSuite.read(directory, Arrays.asList(tasks), true);
  }

  /** Embeds a text by its number and whether it is good: separable, beside noise. */
  private static float[][] embed(List<String> texts) {
    return texts.stream()
        .map(
            text -> {
              double number = Integer.parseInt("0" + text.replaceAll("\\D", ""));
              float sign = text.contains("good") ? 5 : -5;
              return new float[] {
                (float) Math.sin(number), (float) Math.cos(number), sign, 0.1f * sign
              };
            })
        .toArray(float[][]::new);
  }

  private List<String> texts(TransferTask task) {
    List<String> embedded = new ArrayList<>();
    TransferSuite suite = read(task);
    assertThatThrownBy(
            () ->
                suite.run(
                    texts -> {
                      embedded.addAll(texts);
                      throw new IllegalStateException("stop");
                    },
                    SETTINGS,
                    (some, trained, total) -> {}))
        .hasMessage("stop");
    return embedded;
  }

  private TransferResult run(TransferTask task) {
    return read(task).run(TransferSuiteTest::embed, SETTINGS, (some, trained, total) -> {}).get(0);
  }

  @Test
  void classesInFilesAreFoundByNestedCrossValidation() throws IOException {
    cr(160, 120);
    List<Integer> progress = new ArrayList<>();
    TransferResult result =
        read(TransferTask.CR)
            .run(
                TransferSuiteTest::embed,
                SETTINGS,
                (task, trained, total) -> {
                  assertThat(total).isEqualTo(5 * (5 * 4 + 1));
                  progress.add(trained);
                })
            .get(0);
    assertThat(result.accuracy()).isEqualTo(1);
    assertThat(result.devAccuracy()).isEqualTo(1);
    assertThat(result.f1()).isEmpty();
    assertThat(List.of(result.devSize(), result.testSize())).containsExactly(280, 280);
    assertThat(progress).containsExactlyElementsOf(IntStream.rangeClosed(0, 105).boxed().toList());
  }

  @Test
  void latin1AndWhiteSpaceAreReadAsInSentEval() throws IOException {
    file(
        "CR/custrev.pos",
        StandardCharsets.ISO_8859_1,
        " caf\u00e9\u00a0 au\tlait \r\n" + lines(9, "a b %d") + "\n");
    file("CR/custrev.neg", lines(11, "%d"));
    assertThat(texts(TransferTask.CR))
        .startsWith("", "0", "1") // by the number of words; a blank line is a text without words
        .contains("caf\u00e9 au lait")
        .endsWith("a b 7", "a b 8")
        .hasSize(22);
  }

  @Test
  void sst2HasItsOwnDevelopmentSet() throws IOException {
    file("SST/binary/sentiment-train", lines(30, "good %d\t1") + lines(30, "bad %d \t0"));
    file("SST/binary/sentiment-dev", "good 1\t1\nbad 1\t0\n\n");
    file("SST/binary/sentiment-test", "good 1\t1\nbad 1\t0\nbad 2\t1\n");
    TransferResult result = run(TransferTask.SST2);
    assertThat(result.devAccuracy()).isEqualTo(1);
    assertThat(result.accuracy()).isCloseTo(2 / 3.0, within(1e-12));
    assertThat(List.of(result.devSize(), result.testSize())).containsExactly(2, 3);
  }

  @Test
  void trecTakesTheCoarseClasses() throws IOException {
    StringBuilder train = new StringBuilder();
    for (String answer : List.of("ABBR", "DESC", "ENTY", "HUM", "LOC", "NUM")) {
      train.append(lines(12, answer + ":x  What  is " + answer.length() + " %d ?"));
    }
    file("TREC/train_5500.label", train.toString());
    file("TREC/TREC_10.label", "NUM:dist How far ?\nLOC:city Where ?\n");
    TransferResult result = run(TransferTask.TREC);
    assertThat(List.of(result.devSize(), result.testSize())).containsExactly(72, 2);
    assertThat(texts(TransferTask.TREC)).contains("What is 4 0 ?", "How far ?");
  }

  @Test
  void mrpcComparesPairs() throws IOException {
    String header = "\ufeffQuality\t#1 ID\t#2 ID\t#1 String\t#2 String\n";
    file(
        "MRPC/msr_paraphrase_train.txt",
        header
            + lines(20, "1\t1\t2\tgood %1$d\tgood %1$d")
            + lines(20, "0\t1\t2\tgood %1$d\tbad %1$d"));
    file(
        "MRPC/msr_paraphrase_test.txt",
        header + "1\t1\t2\tgood 1\tgood 1\n1\t1\t2\tbad 5\tgood 5\n0\t1\t2\tgood 3\tbad 3\n");
    TransferResult result = run(TransferTask.MRPC);
    assertThat(result.devAccuracy()).isEqualTo(1);
    assertThat(result.accuracy()).isCloseTo(2 / 3.0, within(1e-12));
    assertThat(result.f1().orElseThrow()).isCloseTo(2 / 3.0, within(1e-12)); // 1 TP, 1 FN
    assertThat(List.of(result.devSize(), result.testSize())).containsExactly(40, 3);
  }

  @Test
  void f1CountsTheParaphrases() {
    assertThat(TransferSuite.f1(new int[] {1, 1, 0, 0}, new int[] {1, 0, 1, 0})).isEqualTo(0.5);
    assertThat(TransferSuite.f1(new int[] {1, 1, 0}, new int[] {1, 1, 1})).isEqualTo(0.8);
    assertThat(TransferSuite.f1(new int[] {0}, new int[] {0})).isEqualTo(0);
  }

  @Test
  void eachTextIsEmbeddedOnceInAllTasks() throws IOException {
    cr(12, 12);
    file("MR/rt-polarity.pos", lines(14, "good %d"));
    file("MR/rt-polarity.neg", lines(12, "bad %d"));
    TransferSuite suite = read(TransferTask.CR, TransferTask.MR);
    List<String> embedded = new ArrayList<>();
    List<TransferResult> results =
        suite.run(
            texts -> {
              embedded.addAll(texts);
              return embed(texts);
            },
            SETTINGS,
            (task, trained, total) -> {});
    assertThat(embedded).doesNotHaveDuplicates().hasSize(26);
    assertThat(suite.texts()).isEqualTo(26);
    assertThat(suite.occurrences()).isEqualTo(50);
    assertThat(results)
        .extracting(TransferResult::task)
        .containsExactly(TransferTask.MR, TransferTask.CR);
  }

  @Test
  void theMeanIsExactOrThatOfPrintedFigures() throws IOException {
    cr(12, 12);
    TransferResult result = run(TransferTask.CR);
    List<TransferResult> results =
        IntStream.of(1, 2)
            .mapToObj(i -> new TransferResult(result.task(), 0.5, i / 3.0, result.f1(), 10, 10))
            .toList();
    assertThat(TransferResult.mean(results, TransferResult::accuracy))
        .isCloseTo(0.5, within(1e-12));
    assertThat(TransferResult.meanOfPrinted(results, TransferResult::accuracy))
        .isCloseTo((33.33 + 66.67) / 2, within(1e-9));
  }

  @Test
  void allMissingFilesAreListed() throws IOException {
    file("CR/custrev.pos", "good\n");
    assertThatThrownBy(() -> read(TransferTask.CR, TransferTask.SST2, TransferTask.TREC))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("lacks 6 files of the transfer tasks")
        .hasMessageContaining("CR/custrev.neg")
        .hasMessageContaining("SST/binary/sentiment-dev")
        .hasMessageContaining("TREC/TREC_10.label")
        .hasMessageNotContaining("custrev.pos");
  }

  @Test
  void anotherFileThanSentEvalsIsRefused() throws IOException {
    cr(12, 12);
    file("CR/custrev.neg", "x".repeat(142_650));
    assertThatThrownBy(() -> TransferSuite.read(directory, List.of(TransferTask.CR), false))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("CR/custrev.neg has been altered: its SHA-256 is not ec9453")
        .hasMessageContaining("CR/custrev.pos has 86 bytes instead of 228014, so it is incomplete")
        .hasMessageContaining("the setting allow-other-data");
  }

  @Test
  void aMalformedLineIsNamed() throws IOException {
    file("SST/binary/sentiment-train", "good\t1\nbad\n");
    file("SST/binary/sentiment-dev", "good\t1\n");
    file("SST/binary/sentiment-test", "good\t1\n");
    assertThatThrownBy(() -> read(TransferTask.SST2))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageEndingWith(
            "sentiment-train, line 2: 2 tab-separated fields are needed, but the line has 1.");
    file("SST/binary/sentiment-train", "good\t1\nbad\t2\n");
    assertThatThrownBy(() -> read(TransferTask.SST2))
        .hasMessageEndingWith("line 2: the class must be one of 0, 1, but is '2'.");
    file("TREC/train_5500.label", "\nNUM:dist\n");
    file("TREC/TREC_10.label", "");
    assertThatThrownBy(() -> read(TransferTask.TREC))
        .hasMessageEndingWith("line 2: a question is needed behind the class, but there is none.");
  }

  @Test
  void anEmptyFileIsRefused() throws IOException {
    file("CR/custrev.pos", "");
    file("CR/custrev.neg", "bad\n");
    assertThatThrownBy(() -> read(TransferTask.CR))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("custrev.pos has no texts");
  }

  @Test
  void tooFewTextsForTheFoldsAreRefusedBeforeAnyIsEmbedded() throws IOException {
    cr(12, 9);
    assertThatThrownBy(() -> texts(TransferTask.CR))
        .hasMessageContaining(
            "CR has 9 training texts of class 0, but at least 10 are needed for 5 folds.");
  }

  @Test
  void theDataOfSentEvalAreAsPublished() {
    TransferSuite suite =
        TransferSuite.read(TestData.data("senteval"), EnumSet.allOf(TransferTask.class), false);
    assertThat(suite.occurrences()).isEqualTo(122_639);
    assertThat(suite.texts()).isEqualTo(108_107);
  }
}
