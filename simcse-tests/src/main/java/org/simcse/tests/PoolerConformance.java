package org.simcse.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.simcse.tests.Checks.assertClose;
import static org.simcse.tests.Checks.named;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.simcse.api.Encoder;
import org.simcse.api.Pooler;
import org.simcse.api.TokenSequence;
import org.simcse.api.engine.Computation;
import org.simcse.api.engine.GradientBuffer;
import org.simcse.api.engine.Program;
import org.simcse.api.engine.Signature;
import org.simcse.api.spi.ModelContext;
import org.simcse.api.spi.Options;
import org.simcse.api.spi.PoolerProvider;
import org.simcse.api.spi.Providers;
import org.simcse.api.tensor.Dim;
import org.simcse.api.tensor.ElementType;
import org.simcse.api.tensor.ForwardPass;
import org.simcse.api.tensor.HostTensor;
import org.simcse.api.tensor.Shape;
import org.simcse.api.tensor.Tensor;
import org.simcse.core.builtin.BertConfig;
import org.simcse.core.builtin.BertEncoder;
import org.simcse.core.model.PaddedBatch;
import org.simcse.core.model.Projection;
import org.simcse.core.model.SentenceModel;

/**
 * The rules L of the specification, for authors of poolers.
 *
 * <pre>{@code
 * class MyPoolerConformanceTest extends PoolerConformance {
 *   @Override protected PoolerProvider provider() { return new MyPoolerProvider(); }
 * }
 * }</pre>
 *
 * <p>Runs over a small encoder with random weights, on the backend that the system property {@code
 * simcse.backend} names, by default the reference. Run it once per backend you support, each in a
 * separate JVM.
 *
 * @since 0.1.0
 */
public abstract class PoolerConformance extends BackendConformance {
  private static final int HIDDEN = 8;
  private static final int PADDING = 0;
  private static final int MASK = 10;
  private static final int[][] SENTENCES = {{2, 9, 4, 3}, {2, 5, 3}, {2, 7, 8, 6, 9, 3}};
  private static final Encoder ENCODER =
      new BertEncoder(
          new BertConfig(12, HIDDEN, 3, 2, 16, 24, 2, 1e-12, 0, 0, PADDING),
          BertEncoder.Family.BERT);

  /** For subclasses. */
  protected PoolerConformance() {}

  /** Returns the provider of the pooler under test. */
  protected abstract PoolerProvider provider();

  /** Returns the options of the pooler under test: by default none. The hidden size is 8. */
  protected Map<String, String> options() {
    return Map.of();
  }

  @Override
  protected TestEnvironment environment() {
    return TestEnvironment.selected();
  }

  private Pooler pooler() {
    Options options = Options.of(provider().name(), options());
    return Providers.of("pooler", List.of(provider()))
        .create(
            options,
            found ->
                found.create(
                    ModelContext.of(Map.of("hidden_size", HIDDEN))
                        .withTokenizer(
                            texts -> texts.stream().map(PoolerConformance::tokens).toList()),
                    options));
  }

  /** Returns the ids of a text: 10 for a mask, and from 4 to 9 for the words around it. */
  private static int[] tokens(String text) {
    return Pattern.compile("\\[MASK]|((?!\\[MASK])\\S)+")
        .matcher(text)
        .results()
        .mapToInt(word -> word.group().equals("[MASK]") ? MASK : 4 + word.group().length() % 6)
        .toArray();
  }

  /** Pooled vectors, and a loss that weights each of their elements differently. */
  private record Pooled(Pooler pooler) implements Computation {
    @Override
    public Map<String, Tensor> trace(ForwardPass pass, Map<String, Tensor> inputs) {
      Tensor vectors =
          new SentenceModel(ENCODER, pooler, Projection.chain(List.of()), false)
              .pool(pass, SentenceModel.batch(inputs));
      checkShape(vectors.shape());
      Tensor weights = pass.iota(vectors.dim(1)).cast(ElementType.FLOAT).mul(0.3).add(-1).tanh();
      return Map.of("vectors", vectors, "loss", vectors.mul(weights).sum());
    }

    private static void checkShape(Shape shape) {
      assertThat(shape.rank()).as("the rank of the pooled vectors %s", shape).isEqualTo(2);
      assertThat(shape.dim(0)).as("the rows of %s", shape).isEqualTo(Dim.symbol("B"));
      assertThat(shape.dim(1).isFixed()).as("the width of %s is fixed", shape).isTrue();
    }
  }

  private PaddedBatch batch(int extraPadding, int[]... sentences) {
    List<TokenSequence> rows = new ArrayList<>();
    for (int[] ids : sentences) {
      rows.add(pooler().prepare(new TokenSequence(ids.clone(), new int[ids.length])));
    }
    int width = extraPadding + rows.stream().mapToInt(TokenSequence::length).max().orElse(0);
    List<long[]> columns =
        List.of(
            new long[rows.size() * width],
            new long[rows.size() * width],
            new long[rows.size() * width]);
    for (int row = 0; row < rows.size(); row++) {
      int[] ids = Arrays.copyOf(rows.get(row).ids(), width);
      Arrays.fill(ids, rows.get(row).length(), width, PADDING);
      for (int i = 0; i < width; i++) {
        boolean token = i < rows.get(row).length();
        columns.get(0)[row * width + i] = ids[i];
        columns.get(1)[row * width + i] = token ? 1 : 0;
        columns.get(2)[row * width + i] = token ? rows.get(row).types()[i] : 0;
      }
    }
    List<HostTensor> tensors =
        columns.stream().map(column -> HostTensor.of(column, rows.size(), width)).toList();
    return new PaddedBatch(tensors.get(0), tensors.get(1), tensors.get(2));
  }

  private HostTensor pool(PaddedBatch batch) {
    return pool(SentenceModel.signature(), batch.inputs());
  }

  private HostTensor pool(Signature signature, Map<String, HostTensor> inputs) {
    return named(run(backend(), new Pooled(pooler()), signature, inputs), "vectors");
  }

  private static HostTensor row(HostTensor vectors, int row) {
    int width = (int) vectors.shape()[1];
    return HostTensor.of(
        Arrays.copyOfRange(vectors.toDoubles(), row * width, (row + 1) * width), 1, width);
  }

  /** If this fails, the jar works on the class path or on the module path only. */
  @Rule("P-07")
  @Test
  public void theProviderIsFoundOnClassPathAndModulePath() {
    Registration.check(PoolerProvider.class, provider());
  }

  /** If this fails, there is an extra axis, or the width depends on the batch. */
  @Rule("L-01")
  @Test
  public void givesOneVectorARow() {
    HostTensor vectors = pool(batch(0, SENTENCES));
    assertThat(vectors.shape()).hasSize(2);
    assertThat(vectors.shape()[0]).isEqualTo(SENTENCES.length);
    assertThat(vectors.toDoubles()).as("the vectors").doesNotContain(Double.NaN);
  }

  /** If this fails, the mask is missing: in a sum, in its denominator, or before a softmax. */
  @Rule("L-02")
  @Test
  public void paddingTokensDoNotChangeTheSentenceVector() {
    assertClose(
        "the vectors with five columns of padding",
        pool(batch(5, SENTENCES)),
        pool(batch(0, SENTENCES)),
        environment().tolerance().values());
  }

  /** If this fails, the pooler reads hidden states at padding, which are arbitrary. */
  @Rule("L-07")
  @Test
  public void aBatchWithoutPaddingGivesTheVectorsOfThePaddedOne() {
    List<Signature.Input> inputs = new ArrayList<>(SentenceModel.signature().inputs());
    inputs.add(Signature.Input.ints(SentenceModel.TOKENS, Dim.symbol("M")));
    inputs.add(Signature.Input.ints(SentenceModel.INDICES, Dim.symbol("B"), Dim.symbol("T")));
    PaddedBatch batch = batch(0, SENTENCES);
    assertClose(
        "the vectors of a packed batch",
        pool(Signature.of(inputs.toArray(Signature.Input[]::new)), batch.packedInputs()),
        pool(batch),
        environment().tolerance().values());
  }

  /** If this fails, long texts are truncated to too few tokens, or refused. */
  @Rule("L-08")
  @Test
  public void asManyTokensAreAddedToEveryText() {
    int added = added(new int[] {2, 3});
    for (int[] ids : SENTENCES) {
      assertThat(added(ids))
          .as("the tokens added to a text of %d, against those added to an empty one", ids.length)
          .isEqualTo(added);
    }
  }

  private int added(int[] ids) {
    return pooler().prepare(new TokenSequence(ids.clone(), new int[ids.length])).length()
        - ids.length;
  }

  /** If this fails, something is computed over the rows of a batch. */
  @Rule("L-03")
  @Test
  public void aRowDoesNotDependOnItsBatch() {
    HostTensor together = pool(batch(0, SENTENCES));
    for (int i = 0; i < SENTENCES.length; i++) {
      assertClose(
          "the vector of sentence %d alone".formatted(i),
          pool(batch(0, SENTENCES[i])),
          row(together, i),
          environment().tolerance().values());
    }
  }

  /** If this fails, a parameter of the pooler is created but not used, or detached. */
  @Rule("L-04")
  @Test
  @EnabledIf("claimsGradients")
  public void everyParameterOfThePoolerIsTrained() {
    gradients()
        .forEach(
            (name, gradient) -> {
              assertThat(Arrays.stream(gradient.toDoubles()))
                  .as("the gradient of %s", name)
                  .allMatch(Double::isFinite);
              if (!name.startsWith(ENCODER.parameterPrefix())) {
                assertThat(Arrays.stream(gradient.toDoubles()))
                    .as("the gradient of %s", name)
                    .anyMatch(g -> g != 0);
              }
            });
  }

  /** If this fails, the pooler detaches the hidden states. */
  @Rule("L-05")
  @Test
  @EnabledIf("claimsGradients")
  public void theEncoderIsTrainedThroughThePooler() {
    HostTensor embeddings = named(gradients(), "bert.embeddings.word_embeddings.weight");
    assertThat(Arrays.stream(embeddings.toDoubles())).anyMatch(g -> g != 0);
  }

  private Map<String, HostTensor> gradients() {
    Signature signature = SentenceModel.signature().differentiating("loss");
    try (GradientBuffer buffer = backend().gradientBuffer()) {
      Program program = backend().compile(new Pooled(pooler()), signature);
      // Weights far from 0, so that no gradient vanishes merely by being small.
      for (String name : backend().parameters().names()) {
        long[] shape = backend().parameters().get(name).shape();
        backend().parameters().set(name, samples(name).floats(0.1, 1, shape));
      }
      program.valueAndGradients(batch(0, SENTENCES).inputs(), 1, buffer);
      return buffer.read();
    }
  }

  /** If this fails, the pooler draws random numbers in inference. */
  @Rule("L-06")
  @Test
  public void inEvaluationTheSameBatchGivesTheSameVectors() {
    Program program = backend().compile(new Pooled(pooler()), SentenceModel.signature());
    Map<String, HostTensor> batch = batch(0, SENTENCES).inputs();
    assertThat(named(program.run(batch, 1), "vectors").toDoubles())
        .isEqualTo(named(program.run(batch, 2), "vectors").toDoubles());
  }
}
