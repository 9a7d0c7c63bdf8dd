package org.simcse.tests.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.simcse.api.engine.Backend;
import org.simcse.api.engine.Capability;
import org.simcse.api.engine.Computation;
import org.simcse.api.engine.Program;
import org.simcse.api.engine.Signature;
import org.simcse.api.tensor.Dim;
import org.simcse.api.tensor.DropoutMode;
import org.simcse.api.tensor.HostTensor;
import org.simcse.core.model.PaddedBatch;
import org.simcse.core.model.SentenceModel;
import org.simcse.tests.Rule;
import org.simcse.tests.TestEnvironment;

/**
 * A backend computes what the reference implementation computed: hidden states and pooled vectors
 * of two tiny models. Extend it and name the backend; it needs nothing else.
 *
 * @since 0.1.0
 */
public abstract class EncoderConformance {
  private static final List<String> POOLERS =
      List.of("cls_before_pooler", "avg", "avg_top2", "avg_first_last");

  /** Returns the backend under test. */
  protected abstract TestEnvironment environment();

  private GoldenTolerance tolerance() {
    return GoldenTolerance.of(environment());
  }

  static List<String> embeddings() {
    return GoldenCase.embeddings();
  }

  static List<String> oneLayerEmbeddings() {
    return GoldenCase.oneLayerEmbeddings();
  }

  /**
   * Every hidden state at every token, and every pooled vector. If this fails, check positions, the
   * mask and layer normalisation's eps first.
   */
  @Rule("E-01")
  @ParameterizedTest
  @MethodSource("embeddings")
  public void hiddenStatesAndPooledVectorsEqualTheReference(String name) {
    GoldenCase golden = GoldenCase.load(name);
    Map<String, HostTensor> outputs = run(golden, 3, POOLERS);
    assertThat(golden.outputs().keySet()).isEqualTo(outputs.keySet());
    golden.outputs().keySet().forEach(output -> assertClose(golden, output, outputs));
  }

  /**
   * With one layer {@code avg_top2} reads the embedding output, and {@code avg_first_last} the same
   * layer twice.
   */
  @Rule("E-02")
  @ParameterizedTest
  @MethodSource("oneLayerEmbeddings")
  public void aModelOfOneLayerIsPooledAsTheReferenceDoes(String name) {
    GoldenCase golden = GoldenCase.load(name);
    Map<String, HostTensor> outputs = run(golden, 1, POOLERS);
    golden.outputs().keySet().forEach(output -> assertClose(golden, output, outputs));
  }

  /**
   * Without dropout and with. If this fails, check packing and unpacking, then the keys of
   * token-wise dropout.
   */
  @Rule("E-03")
  @ParameterizedTest
  @MethodSource("embeddings")
  public void aBatchWithoutPaddingGivesTheStatesOfThePaddedOne(String name) {
    GoldenCase golden = GoldenCase.load(name);
    Map<String, Object> dropout =
        Map.of("hidden_dropout_prob", 0.1, "attention_probs_dropout_prob", 0.1);
    try (Backend backend =
        environment()
            .needing(Capability.DROPOUT)
            .start(config -> config.withDropout(DropoutMode.PORTABLE))) {
      GoldenModel model = GoldenModel.load(golden.model(), dropout, backend.parameters());
      Computation embeddings = model.embeddings(POOLERS);
      PaddedBatch batch = golden.tokens();
      Signature padded = SentenceModel.signature();
      List<Signature.Input> inputs = new ArrayList<>(padded.inputs());
      inputs.add(Signature.Input.ints(SentenceModel.TOKENS, Dim.symbol("M")));
      inputs.add(Signature.Input.ints(SentenceModel.INDICES, Dim.symbol("B"), Dim.symbol("T")));
      Signature packed = Signature.of(inputs.toArray(Signature.Input[]::new));
      Map<String, HostTensor> tokens = batch.packedInputs();
      Map<String, HostTensor> plain = backend.compile(embeddings, packed).run(tokens);
      Map<String, HostTensor> expected =
          backend.compile(embeddings, padded.whileTraining()).run(batch.inputs(), 3);
      Map<String, HostTensor> dropped =
          backend.compile(embeddings, packed.whileTraining()).run(tokens, 3);
      for (String output : golden.outputs().keySet()) {
        assertClose(golden, output, plain);
        assertClose(golden, output, Objects.requireNonNull(expected.get(output)), dropped);
      }
    }
  }

  private Map<String, HostTensor> run(GoldenCase golden, int layers, List<String> poolers) {
    try (Backend backend = environment().start()) {
      GoldenModel model = GoldenModel.load(golden.model(), layers, backend.parameters());
      Program program = backend.compile(model.embeddings(poolers), SentenceModel.signature());
      return new java.util.TreeMap<>(program.run(golden.tokens().inputs()));
    }
  }

  private void assertClose(GoldenCase golden, String output, Map<String, HostTensor> outputs) {
    assertClose(golden, output, golden.output(output), outputs);
  }

  private void assertClose(
      GoldenCase golden, String output, HostTensor expected, Map<String, HostTensor> outputs) {
    HostTensor actual = Objects.requireNonNull(outputs.get(output));
    HostTensor mask = Objects.requireNonNull(golden.inputs().get("attention_mask"));
    assertThat(actual.shape()).as(output).isEqualTo(expected.shape());
    int width = Math.toIntExact(expected.shape()[expected.shape().length - 1]);
    boolean tokens = output.startsWith("hidden/");
    double allowed = tolerance().value() * GoldenChecks.largest(expected);
    for (int i = 0; i < expected.size(); i++) {
      if (!tokens || mask.at(i / width) == 1) {
        assertThat(actual.at(i))
            .as("%s %s at %d", golden.name(), output, i)
            .isCloseTo(expected.at(i), within(allowed));
      }
    }
  }
}
