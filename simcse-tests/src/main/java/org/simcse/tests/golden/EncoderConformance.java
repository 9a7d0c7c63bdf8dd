package org.simcse.tests.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.simcse.api.Views;
import org.simcse.api.spi.Backend;
import org.simcse.api.spi.GradientBuffer;
import org.simcse.api.spi.Program;
import org.simcse.api.spi.Signature;
import org.simcse.api.tensor.Dim;
import org.simcse.api.tensor.HostTensor;
import org.simcse.api.tensor.Tensor;
import org.simcse.core.head.SimCseHead;
import org.simcse.core.model.SentenceModel;
import org.simcse.tests.Rule;
import org.simcse.tests.TestEnvironment;

/**
 * A backend computes what the reference implementation computed: hidden states, pooled vectors,
 * losses and gradients of two tiny models. Extend it and name the backend; it needs nothing else.
 */
public abstract class EncoderConformance {
  private static final List<String> POOLERS =
      List.of("cls_before_pooler", "avg", "avg_top2", "avg_first_last");

  /** The backend under test. */
  protected abstract TestEnvironment environment();

  /** What to compare with: single precision unless overridden. */
  protected GoldenTolerance tolerance() {
    return GoldenTolerance.SINGLE;
  }

  static List<String> embeddings() {
    return GoldenCase.embeddings();
  }

  static List<String> oneLayerEmbeddings() {
    return GoldenCase.oneLayerEmbeddings();
  }

  static List<String> losses() {
    return GoldenCase.losses();
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
   * With one layer {@code avg_top2} looks at the embedding output, and {@code avg_first_last} at
   * the same layer twice.
   */
  @Rule("E-02")
  @ParameterizedTest
  @MethodSource("oneLayerEmbeddings")
  public void aModelOfOneLayerIsPooledAsTheReferenceDoes(String name) {
    GoldenCase golden = GoldenCase.load(name);
    Map<String, HostTensor> outputs = run(golden, 1, POOLERS);
    golden.outputs().keySet().forEach(output -> assertClose(golden, output, outputs));
  }

  private Map<String, HostTensor> run(GoldenCase golden, int layers, List<String> poolers) {
    try (Backend backend = environment().start()) {
      GoldenModel model = GoldenModel.load(golden.model(), layers, backend.parameters());
      Program program = backend.compile(model.embeddings(poolers), SentenceModel.signature());
      return new java.util.TreeMap<>(program.run(golden.tokens(model.encoder())));
    }
  }

  private void assertClose(GoldenCase golden, String output, Map<String, HostTensor> outputs) {
    HostTensor actual = Objects.requireNonNull(outputs.get(output));
    HostTensor expected = golden.output(output);
    HostTensor mask = Objects.requireNonNull(golden.inputs().get("attention_mask"));
    assertThat(actual.shape()).as(output).isEqualTo(expected.shape());
    int width = Math.toIntExact(expected.shape()[expected.shape().length - 1]);
    boolean tokens = output.startsWith("hidden/");
    for (int i = 0; i < expected.size(); i++) {
      if (!tokens || mask.at(i / width) == 1) {
        assertThat(actual.at(i))
            .as("%s %s at %d", golden.name(), output, i)
            .isCloseTo(expected.at(i), within(tolerance().value()));
      }
    }
  }

  /**
   * The loss, the logits and the gradient of every parameter that takes part. If this fails alone,
   * check the gradients of the operations.
   */
  @Rule("E-03")
  @ParameterizedTest
  @MethodSource("losses")
  public void theLossAndEveryGradientEqualTheReference(String name) {
    GoldenCase golden = GoldenCase.load(name);
    JsonNode options = golden.options();
    int views = options.get("num_sent").asInt();
    String pooler = options.get("pooler_type").asText();
    SimCseHead head =
        new SimCseHead(
            pooler.equals("cls"),
            options.get("temp").asDouble(),
            options.get("hard_negative_weight").asDouble());
    try (Backend backend = environment().start();
        GradientBuffer gradients = backend.gradientBuffer()) {
      GoldenModel model = GoldenModel.load(golden.model(), 3, backend.parameters());
      Map<String, HostTensor> inputs = golden.tokens(model.encoder());
      int rows = Math.toIntExact(golden.output("logits").shape()[0]);
      inputs.put("rows", HostTensor.of(new long[rows], rows));
      Program program =
          backend.compile(model.loss(pooler, head, views), GoldenModel.lossSignature(views));
      Map<String, HostTensor> outputs = program.valueAndGradients(inputs, 0, gradients).outputs();
      double expected = golden.output("loss").at(0);
      assertThat(Objects.requireNonNull(outputs.get("loss")).at(0))
          .as("loss")
          .isCloseTo(expected, within(tolerance().loss() * expected));
      assertClose(
          golden.output("logits"),
          Objects.requireNonNull(outputs.get("logits")),
          tolerance().logits(),
          name + " logits");
      assertGradients(golden, gradients.read());
    }
  }

  private void assertGradients(GoldenCase golden, Map<String, HostTensor> actual) {
    List<String> expected =
        golden.outputs().keySet().stream().filter(output -> output.startsWith("grad/")).toList();
    double largest =
        expected.stream().mapToDouble(output -> largest(golden.output(output))).max().orElseThrow();
    assertThat(actual.keySet())
        .containsExactlyInAnyOrderElementsOf(
            expected.stream().map(output -> output.substring("grad/".length())).toList());
    for (String output : expected) {
      HostTensor wanted = golden.output(output);
      double allowed =
          tolerance().gradient() * largest(wanted) + tolerance().gradientFloor() * largest;
      assertClose(
          wanted,
          Objects.requireNonNull(actual.get(output.substring("grad/".length()))),
          allowed,
          golden.name() + " " + output);
    }
  }

  private static double largest(HostTensor tensor) {
    return IntStream.range(0, tensor.size())
        .mapToDouble(i -> Math.abs(tensor.at(i)))
        .max()
        .orElse(0);
  }

  private static void assertClose(
      HostTensor expected, HostTensor actual, double allowed, String what) {
    assertThat(actual.shape()).as(what).isEqualTo(expected.shape());
    for (int i = 0; i < expected.size(); i++) {
      assertThat(actual.at(i)).as("%s at %d", what, i).isCloseTo(expected.at(i), within(allowed));
    }
  }

  /**
   * A zero vector has similarity 0 to everything, and a finite gradient: that of division by eps.
   */
  @Rule("E-04")
  @Test
  public void aZeroVectorHasSimilarityZeroAndAFiniteGradient() {
    GoldenCase golden = GoldenCase.load("similarity-zero-row");
    Dim n = Dim.symbol("N");
    Dim width = Dim.of(8);
    SimCseHead head = new SimCseHead(false, golden.options().get("temp").asDouble(), 0);
    Signature signature =
        Signature.of(
                Signature.Input.floats("z1", n, width).withGradient(),
                Signature.Input.floats("z2", n, width).withGradient())
            .differentiating("loss");
    try (Backend backend = environment().start();
        GradientBuffer gradients = backend.gradientBuffer()) {
      Program program =
          backend.compile(
              (pass, inputs) -> {
                Tensor anchors = Objects.requireNonNull(inputs.get("z1"));
                Tensor none = anchors.slice(0, Dim.of(0), Dim.of(0));
                Views views =
                    new Views(
                        anchors,
                        Objects.requireNonNull(inputs.get("z2")),
                        anchors.unsqueeze(1).slice(1, Dim.of(0), Dim.of(0)),
                        none);
                return Map.of(
                    "loss", head.loss(pass, views).total(), "logits", head.logits(pass, views));
              },
              signature);
      Program.Results results = program.valueAndGradients(golden.inputs(), 0, gradients);
      assertClose(
          golden.output("logits"),
          Objects.requireNonNull(results.outputs().get("logits")),
          tolerance().logits(),
          "logits");
      for (String input : List.of("z1", "z2")) {
        assertRowsClose(
            golden.output("grad/" + input),
            Objects.requireNonNull(results.inputGradients().get(input)),
            input);
      }
    }
  }

  /** Row by row: the zero row's gradient is many orders larger than the others'. */
  private void assertRowsClose(HostTensor expected, HostTensor actual, String input) {
    int width = Math.toIntExact(expected.shape()[1]);
    for (int row = 0; row < expected.shape()[0]; row++) {
      int from = row * width;
      double size =
          IntStream.range(from, from + width)
              .mapToDouble(i -> Math.abs(expected.at(i)))
              .max()
              .orElseThrow();
      for (int i = from; i < from + width; i++) {
        assertThat(actual.at(i))
            .as("gradient of %s at %d", input, i)
            .isFinite()
            .isCloseTo(expected.at(i), within(tolerance().gradient() * size));
      }
    }
  }
}
