package org.simcse.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.simcse.api.error.InvalidInputException;

class BatchSourceTest {
  private static final int ROWS = 103;

  @TempDir private Path directory = Path.of("");

  private TrainingFile file(int rows) throws IOException {
    List<String> lines = IntStream.range(0, rows).mapToObj(i -> "räow " + i).toList();
    return TrainingFile.of(Files.write(directory.resolve("rows.txt"), lines));
  }

  private List<ExampleBatch> batches(Sampling sampling, int epochs, SamplePosition start)
      throws IOException {
    List<ExampleBatch> batches = new ArrayList<>();
    try (BatchSource source = new BatchSource(file(ROWS), ROWS, sampling, epochs, start)) {
      while (source.hasNext()) {
        SamplePosition before = source.position();
        ExampleBatch batch = source.next();
        assertThat(batch.at()).isEqualTo(before);
        assertThat(batch.after()).isEqualTo(source.position());
        batches.add(batch);
      }
    }
    return batches;
  }

  private List<ExampleBatch> batches(Sampling sampling, int epochs) throws IOException {
    return batches(sampling, epochs, SamplePosition.START);
  }

  /** The lines of an epoch's examples, in their order. */
  private static List<Long> order(List<ExampleBatch> batches, int epoch) {
    return batches.stream()
        .filter(batch -> batch.at().epoch() == epoch)
        .flatMap(batch -> batch.examples().stream())
        .map(Example::line)
        .toList();
  }

  private static List<Long> fileOrder() {
    return LongStream.rangeClosed(1, ROWS).boxed().toList();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 102, 103, 1_000_000})
  void everyEpochHasEveryRowOnceWhateverTheBufferHolds(int buffer) throws IOException {
    List<ExampleBatch> batches = batches(Sampling.of(10, 42).withShuffleBuffer(buffer), 3);
    for (int epoch = 0; epoch < 3; epoch++) {
      assertThat(order(batches, epoch)).containsExactlyInAnyOrderElementsOf(fileOrder());
      assertThat(order(batches, epoch).equals(fileOrder())).isEqualTo(buffer == 1);
    }
    assertThat(order(batches, 0).equals(order(batches, 1))).isEqualTo(buffer == 1);
    assertThat(batches)
        .flatExtracting(ExampleBatch::examples)
        .allSatisfy(
            example -> assertThat(example.texts()).containsExactly("räow " + (example.line() - 1)));
  }

  @Test
  void aBufferThatIsTooSmallKeepsRowsFromComingTooEarly() throws IOException {
    List<Long> order = order(batches(Sampling.of(10, 42).withShuffleBuffer(7), 1), 0);
    for (int i = 0; i < ROWS; i++) {
      assertThat(order.get(i)).isLessThanOrEqualTo(i + 7);
    }
  }

  @Test
  void seedAndEpochAloneSayTheOrder() throws IOException {
    List<ExampleBatch> batches = batches(Sampling.of(10, 42), 2);
    assertThat(batches(Sampling.of(10, 42), 2)).isEqualTo(batches);
    assertThat(order(batches(Sampling.of(32, 42), 2), 1)).isEqualTo(order(batches, 1));
    assertThat(order(batches(Sampling.of(10, 43), 1), 0)).isNotEqualTo(order(batches, 0));
  }

  @Test
  void theOrderIsThatOfSplitMix64OnEveryJava() throws IOException {
    List<ExampleBatch> batches = batches(Sampling.of(10, 42), 2);
    // From a few lines of Python that follow the documentation of SplitMix64.
    assertThat(order(batches, 0)).startsWith(80L, 39L, 72L, 61L, 2L, 89L, 51L, 17L);
    assertThat(order(batches, 1)).startsWith(56L, 17L, 12L, 40L, 13L, 22L, 45L, 103L);
  }

  @Test
  void everyRowIsAsLikelyInEveryPlace() throws IOException {
    int[][] counts = new int[4][4];
    TrainingFile file = file(4);
    int epochs = 4000;
    try (BatchSource source =
        new BatchSource(file, 4, Sampling.of(4, 1), epochs, SamplePosition.START)) {
      source.forEachRemaining(
          batch -> {
            for (int place = 0; place < 4; place++) {
              counts[place][(int) batch.examples().get(place).line() - 1]++;
            }
          });
    }
    // Mean 1000 and standard deviation 27; the seed is fixed, so this is no matter of luck.
    for (int[] ofPlace : counts) {
      assertThat(IntStream.of(ofPlace).boxed()).allMatch(count -> Math.abs(count - 1000) < 110);
    }
  }

  @Test
  void theFilesOrderIsKeptOnRequest() throws IOException {
    List<ExampleBatch> batches = batches(Sampling.of(10, 42).inFileOrder(), 2);
    assertThat(order(batches, 0)).isEqualTo(fileOrder());
    assertThat(order(batches, 1)).isEqualTo(fileOrder());
  }

  @Test
  void theLastBatchHasWhatIsLeftOrIsDropped() throws IOException {
    List<ExampleBatch> all = batches(Sampling.of(10, 42), 2);
    assertThat(all).hasSize(22);
    assertThat(all.get(10).examples()).hasSize(3);
    assertThat(all.get(10).at()).isEqualTo(new SamplePosition(0, 100));
    assertThat(all.get(10).after()).isEqualTo(new SamplePosition(1, 0));
    List<ExampleBatch> whole = batches(Sampling.of(10, 42).droppingLast(), 2);
    assertThat(whole).hasSize(20).allMatch(batch -> batch.examples().size() == 10);
    assertThat(whole.get(9).after()).isEqualTo(new SamplePosition(1, 0));
    assertThat(whole.subList(0, 10))
        .extracting(ExampleBatch::examples)
        .isEqualTo(all.subList(0, 10).stream().map(ExampleBatch::examples).toList());
  }

  @Test
  void stepsPerEpochCountTheLastBatchUnlessItIsDropped() {
    assertThat(Sampling.of(10, 0).stepsPerEpoch(103)).isEqualTo(11);
    assertThat(Sampling.of(10, 0).stepsPerEpoch(100)).isEqualTo(10);
    assertThat(Sampling.of(10, 0).droppingLast().stepsPerEpoch(103)).isEqualTo(10);
    assertThat(Sampling.of(10, 0).stepsPerEpoch(3)).isEqualTo(1);
    assertThatThrownBy(() -> Sampling.of(10, 0).droppingLast().stepsPerEpoch(9))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("9 rows are no whole batch of 10");
  }

  @ParameterizedTest
  @ValueSource(strings = {"exact", "streaming", "file", "dropLast"})
  void whatFollowsAPositionIsTheSameAsWithoutTheBreak(String order) throws IOException {
    Sampling sampling =
        switch (order) {
          case "exact" -> Sampling.of(10, 42);
          case "streaming" -> Sampling.of(10, 42).withShuffleBuffer(16);
          case "file" -> Sampling.of(10, 42).inFileOrder();
          default -> Sampling.of(10, 42).droppingLast();
        };
    List<ExampleBatch> whole = batches(sampling, 3);
    for (int i = 0; i < whole.size(); i++) {
      assertThat(batches(sampling, 3, whole.get(i).after()))
          .isEqualTo(whole.subList(i + 1, whole.size()));
    }
  }

  /** A file in which the row i has the texts of a group of equal anchors, by {@code i % groups}. */
  private TrainingFile withDuplicates(int rows, int groups) throws IOException {
    List<String> lines = new ArrayList<>(List.of("anchor,positive"));
    IntStream.range(0, rows).forEach(i -> lines.add("a" + i % groups + ",p" + i));
    return TrainingFile.of(Files.write(directory.resolve("duplicates.csv"), lines));
  }

  private static List<ExampleBatch> all(BatchSource source) {
    List<ExampleBatch> batches = new ArrayList<>();
    try (source) {
      source.forEachRemaining(batches::add);
    }
    return batches;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void noTextIsTwiceInABatchAndEveryRowComesIfItCan(boolean shuffle) throws IOException {
    // Each anchor is there 5 or 6 times, so 11 batches have room for all.
    TrainingFile file = withDuplicates(ROWS, 20);
    Sampling shuffled = Sampling.of(10, 42).withoutDuplicates();
    Sampling sampling = shuffle ? shuffled : shuffled.inFileOrder();
    List<ExampleBatch> batches =
        all(new BatchSource(file, ROWS, sampling, 3, SamplePosition.START));
    assertThat(batches).hasSize(33);
    for (ExampleBatch batch : batches) {
      List<String> texts = batch.examples().stream().flatMap(row -> row.texts().stream()).toList();
      assertThat(texts).doesNotHaveDuplicates();
    }
    for (int epoch = 0; epoch < 3; epoch++) {
      assertThat(order(batches, epoch))
          .containsExactlyInAnyOrderElementsOf(
              LongStream.rangeClosed(2, ROWS + 1).boxed().toList());
    }
    for (int i = 0; i < batches.size(); i++) {
      assertThat(all(new BatchSource(file, ROWS, sampling, 3, batches.get(i).after())))
          .isEqualTo(batches.subList(i + 1, batches.size()));
    }
  }

  @Test
  void withoutDuplicatesARowsOwnEqualTextsAreAllowed() throws IOException {
    List<String> lines = List.of("anchor,positive", "a,a", "b,b", "c,a");
    TrainingFile file = TrainingFile.of(Files.write(directory.resolve("own.csv"), lines));
    Sampling sampling = Sampling.of(3, 42).inFileOrder().withoutDuplicates();
    List<ExampleBatch> batches = all(new BatchSource(file, 3, sampling, 1, SamplePosition.START));
    assertThat(batches).hasSize(1);
    assertThat(order(batches, 0)).containsExactly(2L, 3L);
  }

  @Test
  void rowsForWhichThereAreTooFewBatchesAreLeftOutOfTheEpoch() throws IOException {
    TrainingFile file = withDuplicates(40, 2);
    Sampling sampling = Sampling.of(10, 42).withoutDuplicates();
    List<ExampleBatch> batches = all(new BatchSource(file, 40, sampling, 2, SamplePosition.START));
    assertThat(batches).hasSize(8).allMatch(batch -> batch.examples().size() == 2);
    assertThat(batches.get(3).after()).isEqualTo(new SamplePosition(1, 0));
  }

  @Test
  void withoutDuplicatesAFileThatHasChangedIsRefused() throws IOException {
    TrainingFile file = withDuplicates(ROWS, 20);
    Sampling sampling = Sampling.of(10, 42).withoutDuplicates();
    assertThatThrownBy(
            () -> all(new BatchSource(file, ROWS + 1, sampling, 1, SamplePosition.START)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("has fewer rows than the 104");
    assertThatThrownBy(
            () -> all(new BatchSource(file, ROWS - 1, sampling, 1, SamplePosition.START)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("has more rows than the 102");
  }

  @Test
  void aPositionBeyondTheFileIsRefused() throws IOException {
    TrainingFile file = file(ROWS);
    assertThatThrownBy(
            () -> new BatchSource(file, ROWS, Sampling.of(10, 0), 1, new SamplePosition(0, 104)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("has 103 rows, so training cannot continue after row 104");
  }

  @Test
  void aFileThatHasChangedIsRefused() throws IOException {
    for (boolean shuffle : new boolean[] {true, false}) {
      Sampling sampling =
          shuffle ? Sampling.of(10, 0).withShuffleBuffer(20) : Sampling.of(10, 0).inFileOrder();
      TrainingFile file = file(ROWS);
      try (BatchSource more = new BatchSource(file, ROWS + 1, sampling, 1, SamplePosition.START);
          BatchSource fewer = new BatchSource(file, ROWS - 1, sampling, 1, SamplePosition.START)) {
        assertThatThrownBy(() -> more.forEachRemaining(batch -> {}))
            .isInstanceOf(InvalidInputException.class)
            .hasMessageContaining("has fewer rows than the 104");
        assertThatThrownBy(() -> fewer.forEachRemaining(batch -> {}))
            .isInstanceOf(InvalidInputException.class)
            .hasMessageContaining("has more rows than the 102");
      }
    }
  }

  @Test
  void sizesBelowOneAreRefused() {
    assertThatThrownBy(() -> Sampling.of(0, 0))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("batch size must be at least 1, but it is 0");
    assertThatThrownBy(() -> Sampling.of(1, 0).withShuffleBuffer(0))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("at least 1 row, but it is 0");
  }

  @Test
  void aClosedSourceGivesNothing() throws IOException {
    BatchSource source =
        new BatchSource(file(ROWS), ROWS, Sampling.of(10, 0), 1, SamplePosition.START);
    source.next();
    source.close();
    source.close();
    assertThatThrownBy(source::next).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void examplesOfSeveralTextsSurviveTheBuffer() throws IOException {
    Path path = Files.writeString(directory.resolve("a.csv"), "a,b,c\n\"ü\n🙂\",,z\nx,y,z\n");
    try (BatchSource source =
        new BatchSource(TrainingFile.of(path), 2, Sampling.of(2, 0), 1, SamplePosition.START)) {
      assertThat(source.next().examples())
          .containsExactlyInAnyOrder(
              new Example(List.of("ü\n🙂", "", "z"), 2), new Example(List.of("x", "y", "z"), 4));
    }
  }

  @Test
  void valuesSurviveTheBuffer() {
    // A label's 48 bits, and a vector.
    List<List<Double>> values = List.of(List.of(0x1p47 + 1), List.of(0.5, -1.25, 0x1p20));
    Example example = new Example(List.of("x"), values, 3);
    assertThat(ExampleCodec.unpack(ExampleCodec.pack(example))).isEqualTo(example);
  }
}
