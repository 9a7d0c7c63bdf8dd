package org.simcse.tests.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.simcse.api.Encoder;
import org.simcse.api.engine.Backend;
import org.simcse.api.engine.Computation;
import org.simcse.api.engine.Program;
import org.simcse.api.error.InvalidInputException;
import org.simcse.api.tensor.HostTensor;
import org.simcse.core.SimCse;
import org.simcse.core.model.ModelSpec;
import org.simcse.core.model.SentenceModel;
import org.simcse.core.modeldir.ModelDirectory;
import org.simcse.core.train.OutputMode;
import org.simcse.core.train.StepReport;
import org.simcse.core.train.Trainer;
import org.simcse.core.train.TrainingConfig;
import org.simcse.core.train.TrainingListener;
import org.simcse.core.train.TrainingPlan;
import org.simcse.core.weights.Checkpoint;
import org.simcse.tests.Rule;
import org.simcse.tests.TestEnvironment;

/**
 * The rules E of the specification, for authors of encoders, with their own golden files.
 *
 * <pre>{@code
 * class MyEncoderConformanceTest extends EncoderPluginConformance {
 *   @Override protected Path model() { return Path.of("src/test/resources/tiny-mine"); }
 * }
 * }</pre>
 *
 * <p>The directory is that of a tiny model with random weights, as sentence-transformers saves it,
 * with two more files: {@code texts.txt}, one text per line, and {@code expected.npy}, the vectors
 * of these texts in single precision, {@code [n, D]}:
 *
 * <pre>
 * model.save("tiny-mine")
 * numpy.save("tiny-mine/expected.npy", model.encode(open("tiny-mine/texts.txt").read().splitlines()))
 * </pre>
 *
 * <p>Runs on the backend that the system property {@code simcse.backend} names, by default the
 * reference. Run it once per backend you support, each in a separate JVM.
 *
 * @since 0.1.0
 */
public abstract class EncoderPluginConformance {
  private static final String ROWS =
      "the cat sees things\nmy friend runs\na dog sleeps\nit is late\n";

  @TempDir private Path folder;

  /** For subclasses. */
  protected EncoderPluginConformance() {}

  /** Returns the directory of the golden model. */
  protected abstract Path model();

  /** Returns the allowed deviation of a vector's element from the golden one: by default 2e-5. */
  protected double tolerance() {
    return 2e-5;
  }

  private static String backend() {
    return TestEnvironment.selected().provider().name();
  }

  private static List<float[]> embed(Path directory, List<String> texts) {
    try (SimCse simcse = SimCse.builder().backend(backend()).model(directory).open()) {
      return simcse.embed(texts);
    }
  }

  private List<String> texts() {
    try {
      return Files.readAllLines(model().resolve("texts.txt"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** If this fails, compare hidden states layer by layer with the original's. */
  @Rule("E-04")
  @Test
  public void vectorsEqualThoseOfTheOriginal() throws IOException {
    byte[] file = Files.readAllBytes(model().resolve("expected.npy"));
    ByteBuffer expected = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int start = 10 + expected.getShort(8); // magic, version and length of the header; the header
    assertThat(new String(file, 10, start - 10, StandardCharsets.ISO_8859_1))
        .as("the header of expected.npy: little-endian single precision, rows first")
        .contains("'<f4'", "'fortran_order': False");
    List<float[]> vectors = embed(model(), texts());
    int width = vectors.get(0).length;
    assertThat(file).as("expected.npy").hasSize(start + vectors.size() * width * Float.BYTES);
    for (int i = 0; i < vectors.size() * width; i++) {
      assertThat((double) vectors.get(i / width)[i % width])
          .as("text %d, element %d", i / width, i % width)
          .isCloseTo(expected.getFloat(start + i * Float.BYTES), within(tolerance()));
    }
  }

  /** If this fails, attention includes padding, or unpacking is wrong. */
  @Rule("E-05")
  @Test
  public void aTextsVectorDoesNotDependOnTheTextsBesideIt() {
    List<float[]> together = embed(model(), texts());
    for (int i = 0; i < together.size(); i++) {
      assertThat(embed(model(), List.of(texts().get(i))).get(0))
          .as("text %d alone", i)
          .containsExactly(together.get(i), within((float) tolerance()));
    }
  }

  /** If this fails, tokens are attended to by their packing or their ids instead of the mask. */
  @Rule("E-08")
  @Test
  public void aHiddenTokenIsAttendedToByNone() {
    ModelSpec spec = ModelSpec.of(ModelDirectory.open(model()), ModelSpec.Choice.none(), List.of());
    try (Backend backend = TestEnvironment.selected().start()) {
      spec.load(spec.directory()::openWeights, backend.parameters(), false);
      double[] hidden = states(backend, spec.encoder(), 0, 1);
      double[] other = states(backend, spec.encoder(), 0, 2);
      int width = spec.encoder().hiddenSize();
      for (int token : new int[] {0, 2, 3}) {
        assertThat(Arrays.copyOfRange(other, token * width, (token + 1) * width))
            .as("the state of token %d with another hidden token beside it", token)
            .containsExactly(
                Arrays.copyOfRange(hidden, token * width, (token + 1) * width),
                within(tolerance()));
      }
      assertThat(states(backend, spec.encoder(), 1, 1))
          .as("the states where the token is not hidden")
          .isNotEqualTo(hidden);
    }
  }

  /**
   * Returns the last states of four tokens.
   *
   * @param mask 0 if the second token is hidden
   * @param second its id, from the end of the vocabulary
   */
  private static double[] states(Backend backend, Encoder encoder, int mask, int second) {
    Computation last =
        (pass, inputs) -> Map.of("last", encoder.encode(pass, SentenceModel.batch(inputs)).last());
    long size = encoder.vocabularySize();
    Map<String, HostTensor> inputs =
        Map.of(
            "ids", HostTensor.of(new long[] {size - 3, size - second, size - 4, size - 5}, 1, 4),
            "mask", HostTensor.of(new long[] {1, mask, 1, 1}, 1, 4),
            "types", HostTensor.of(new long[4], 1, 4));
    Program program = backend.compile(last, SentenceModel.signature());
    return Objects.requireNonNull(program.run(inputs).get("last")).toDoubles();
  }

  private Path train(String run, List<Double> losses, String... settings) throws IOException {
    Map<String, String> all = new HashMap<>();
    all.put("model", model().toString());
    all.put("train-file", Files.writeString(folder.resolve("texts.txt"), ROWS).toString());
    all.put("backend", backend());
    all.put("device", "cpu");
    all.put("batch-size", "4");
    all.put("max-steps", "2");
    for (int i = 0; i < settings.length; i += 2) {
      all.put(settings[i], settings[i + 1]);
    }
    Path output = folder.resolve(run);
    TrainingConfig config = TrainingConfig.defaults().with(all);
    try (Trainer trainer = TrainingPlan.of(config, output, OutputMode.NEW, List.of()).open()) {
      trainer
          .listen(
              new TrainingListener() {
                @Override
                public void stepped(StepReport step) {
                  losses.add(step.loss());
                }
              })
          .train();
    }
    return output.resolve("last");
  }

  private static TreeSet<String> names(Path directory) {
    try (Checkpoint weights = ModelDirectory.open(directory).openWeights()) {
      return new TreeSet<>(weights.names());
    }
  }

  /** If this fails, the names in {@code encode} differ from those that the original stores. */
  @Rule("E-06")
  @Test
  public void aTrainedModelKeepsItsNamesAndOpensWithTheSameVectors() throws IOException {
    Path saved = train("kept", new ArrayList<>(), "mlp", "train-and-test");
    TreeSet<String> kept = names(saved);
    for (String name : names(model())) {
      assertThat(kept)
          .as("the parameters of the saved model, for %s", name)
          .anyMatch(stored -> stored.equals(name) || stored.endsWith("." + name));
    }
    List<float[]> vectors = embed(saved, texts());
    Files.delete(saved.resolve("simcse.json")); // what sentence-transformers reads alone
    List<float[]> without = embed(saved, texts());
    for (int i = 0; i < vectors.size(); i++) {
      assertThat(without.get(i)).containsExactly(vectors.get(i), within(1e-6f));
    }
  }

  /**
   * If this fails, {@code withDropout} sets different names from those that {@code create} reads.
   */
  @Rule("E-07")
  @Test
  public void aDropoutRateReachesTheEncoderOrIsRefused() throws IOException {
    List<Double> little = new ArrayList<>();
    List<Double> much = new ArrayList<>();
    List<Double> again = new ArrayList<>();
    try {
      train("little", little, "dropout", "0.1");
    } catch (InvalidInputException e) {
      assertThat(e).hasMessageContaining("dropout");
      return;
    }
    train("much", much, "dropout", "0.3");
    train("again", again, "dropout", "0.3");
    assertThat(much).as("losses with the dropout rate 0.3 once more").isEqualTo(again);
    assertThat(much).as("losses with 0.3, against those with 0.1").isNotEqualTo(little);
    assertThat(warnings("0")).as("warnings without dropout").anyMatch(this::isOfDropout);
    assertThat(warnings("0.3")).as("warnings with dropout").noneMatch(this::isOfDropout);
  }

  private boolean isOfDropout(String warning) {
    return warning.contains("Dropout is 0");
  }

  private List<String> warnings(String rate) {
    TrainingConfig config =
        TrainingConfig.defaults()
            .with("model", model())
            .with("train-file", folder.resolve("texts.txt"))
            .with("backend", backend())
            .with("dropout", rate);
    return TrainingPlan.of(config, folder.resolve("planned"), OutputMode.NEW, List.of()).warnings();
  }
}
