package org.simcse.tests.facade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.simcse.api.error.InvalidInputException;
import org.simcse.api.error.UnknownProviderException;
import org.simcse.api.tensor.HostTensor;
import org.simcse.core.SimCse;
import org.simcse.core.embed.EmbeddingReport;
import org.simcse.core.weights.Checkpoint;
import org.simcse.tests.TestData;

/** What a Java program sees, whichever engine computes. */
@TestInstance(Lifecycle.PER_CLASS)
abstract class FacadeContract {
  private final String backend;

  @SuppressWarnings("NullAway.Init") // opened before the first test
  private SimCse simcse;

  FacadeContract(String backend) {
    this.backend = backend;
  }

  @BeforeAll
  void open() {
    simcse = SimCse.builder().backend(backend).threads(2).open();
  }

  @AfterAll
  void close() {
    simcse.close();
    simcse.close();
    assertThatThrownBy(() -> simcse.embed("closed"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void theSentencesOfTheReadmeAreSimilar() {
    assertThat(simcse.similarity("A man is playing a guitar.", "Someone plays an instrument."))
        .isCloseTo(0.66745, within(5e-6));
  }

  @Test
  void twoHundredSentencesEqualTheReferenceAtBothLengths() throws IOException {
    Path golden = TestData.golden("minilm");
    List<?> sentences =
        new ObjectMapper().readValue(golden.resolve("sentences.json").toFile(), List.class);
    List<String> texts = sentences.stream().map(Object::toString).toList();
    try (Checkpoint expected = Checkpoint.open(golden.resolve("embeddings.safetensors"))) {
      for (Map.Entry<String, Integer> length :
          Map.of("mean_normalized_128", 128, "mean_normalized_256", 256).entrySet()) {
        compare(texts, expected.read(length.getKey()), "avg", true, length.getValue());
      }
      for (String pooler : List.of("avg", "cls_before_pooler", "avg_top2", "avg_first_last")) {
        compare(texts, expected.read(pooler), pooler, false, 128);
      }
    }
  }

  private void compare(
      List<String> texts, HostTensor expected, String pooler, boolean normalize, int length) {
    try (SimCse model =
        SimCse.builder()
            .backend(backend)
            .threads(2)
            .pooler(pooler)
            .normalize(normalize)
            .maxLength(length)
            .open()) {
      List<float[]> vectors = model.embed(texts);
      int width = model.dimension();
      assertThat(vectors).hasSize(200);
      for (int row = 0; row < vectors.size(); row++) {
        float[] wanted = new float[width];
        for (int i = 0; i < width; i++) {
          wanted[i] = (float) expected.at(row * width + i);
          assertThat((double) vectors.get(row)[i])
              .as("%s, sentence %d, index %d", pooler, row, i)
              .isCloseTo(expected.at(row * width + i), within(2e-5));
        }
        assertThat(SimCse.cosine(vectors.get(row), wanted))
            .as("%s, sentence %d", pooler, row)
            .isGreaterThan(0.99999);
      }
    }
  }

  @Test
  void theOrderOfResultsIsTheOrderOfInputs() {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 120; i++) {
      texts.add("word ".repeat(1 + (i * 37) % 60) + i);
    }
    List<float[]> together = simcse.embed(texts);
    List<String> shuffled = new ArrayList<>(texts);
    Collections.shuffle(shuffled, new Random(7));
    List<float[]> again = simcse.embed(shuffled);
    for (int i = 0; i < texts.size(); i++) {
      assertClose(again.get(shuffled.indexOf(texts.get(i))), together.get(i));
    }
    assertClose(simcse.embed(texts.get(5)), together.get(5));
  }

  private static void assertClose(float[] actual, float[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.length; i++) {
      assertThat(actual[i]).isCloseTo(expected[i], within(1e-5f)); // other batches, other rounding
    }
  }

  @Test
  void nothingInGivesNothingOut() {
    assertThat(simcse.embed(List.of())).isEmpty();
    assertThat(simcse.embed(List.<String>of().iterator(), (text, vector) -> {}))
        .isEqualTo(new EmbeddingReport(0, 0, 0));
  }

  @Test
  void oddTextsGiveFiniteVectors() {
    List<String> texts =
        List.of(
            "",
            "\ud800",
            "a\udc00b",
            "nul\u0000inside",
            "x".repeat(100_000),
            "many words ".repeat(10_000),
            "🙂",
            "\u200b",
            "\n\t");
    for (float[] vector : simcse.embed(texts)) {
      assertThat(IntStream.range(0, vector.length).allMatch(i -> Float.isFinite(vector[i])))
          .isTrue();
    }
  }

  @Test
  void aStreamIsReadAWindowAtATimeAndReported() {
    List<Integer> done = new ArrayList<>();
    int[] read = {0};
    int[] most = {0};
    int[] written = {0};
    var texts = IntStream.range(0, 5000).mapToObj(i -> "t" + i).peek(text -> read[0]++).iterator();
    EmbeddingReport report =
        simcse.embed(
            texts,
            (text, vector) -> {
              written[0]++;
              most[0] = Math.max(most[0], read[0] - written[0]);
            },
            done::add);
    assertThat(report.texts()).isEqualTo(5000);
    assertThat(written[0]).isEqualTo(5000);
    assertThat(done.stream().mapToInt(Integer::intValue).sum()).isEqualTo(5000);
    assertThat(most[0]).as("texts read but not answered").isLessThan(2100);
    assertThat(report.truncated()).isZero();
  }

  @Test
  void whatASinkOrTheTextsThrowEndsTheStreamAndNothingElse() {
    List<String> texts = IntStream.range(0, 3000).mapToObj(i -> "t" + i).toList();
    IllegalStateException full = new IllegalStateException("the disk is full");
    assertThatThrownBy(
            () ->
                simcse.embed(
                    texts.iterator(),
                    (text, vector) -> {
                      throw full;
                    }))
        .isSameAs(full);
    assertThatThrownBy(
            () ->
                simcse.embed(
                    texts.stream().map(text -> text.equals("t2500") ? null : text).iterator(),
                    (text, vector) -> {}))
        .isInstanceOf(NullPointerException.class);
    assertThat(simcse.embed(texts.subList(0, 100))).hasSize(100);
  }

  @Test
  void truncationIsReported() {
    EmbeddingReport report =
        simcse.embed(List.of("short", "long ".repeat(400)).iterator(), (text, vector) -> {});
    assertThat(report).isEqualTo(new EmbeddingReport(2, 3 + 256, 1));
  }

  @Test
  void eightThreadsShareOneModel() throws Exception {
    float[] expected = simcse.embed("A man is playing a guitar.");
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Callable<float[]>> work =
          Collections.nCopies(40, () -> simcse.embed("A man is playing a guitar."));
      for (Future<float[]> result : threads.invokeAll(work)) {
        assertClose(result.get(), expected);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void unknownNamesAreRefusedBeforeAnythingIsLoaded() {
    assertThatThrownBy(() -> SimCse.builder().backend("nope").open())
        .isInstanceOf(UnknownProviderException.class)
        .hasMessageContaining("no backend named 'nope'")
        .hasMessageContaining(backend);
    assertThatThrownBy(() -> SimCse.builder().backend(backend).pooler("nope").open())
        .isInstanceOf(UnknownProviderException.class)
        .hasMessageContaining("no pooler named 'nope'")
        .hasMessageContaining("avg_first_last");
  }

  @Test
  void aLengthBeyondThePositionsIsRefused() {
    assertThatThrownBy(() -> SimCse.builder().backend(backend).maxLength(513).open())
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("The maximal length 513 is beyond the model's 512 positions for a text.");
  }

  @Test
  void vectorsOfTheDefaultModelHaveLengthOne() {
    float[] vector = Objects.requireNonNull(simcse.embed("A sentence."));
    assertThat(vector).hasSize(384);
    assertThat(SimCse.cosine(vector, vector)).isCloseTo(1, within(1e-9));
    double squares = 0;
    for (float value : vector) {
      squares += (double) value * value;
    }
    assertThat(squares).isCloseTo(1, within(1e-5));
  }
}
