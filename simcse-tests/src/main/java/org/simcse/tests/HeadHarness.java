package org.simcse.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.simcse.tests.Checks.assertClose;
import static org.simcse.tests.Checks.named;
import static org.simcse.tests.HeadBatch.axis;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.simcse.api.ContrastiveHead;
import org.simcse.api.engine.Backend;
import org.simcse.api.engine.Program;
import org.simcse.api.engine.Signature;
import org.simcse.api.spi.HeadProvider;
import org.simcse.api.spi.ModelContext;
import org.simcse.api.spi.Options;
import org.simcse.api.spi.Providers;
import org.simcse.api.tensor.Dim;
import org.simcse.api.tensor.HostTensor;
import org.simcse.api.tensor.Shape;
import org.simcse.core.model.DryTrace;

/** The head under test, and ways to run it. */
abstract class HeadHarness extends BackendConformance {
  /** D. */
  static final int POOLED = 8;

  static final String MLP = "mlp";
  static final String TEMPERATURE = "temperature";
  static final String WEIGHT = "hard-negative-weight";

  HeadHarness() {}

  /** Returns the provider of the head under test. */
  protected abstract HeadProvider provider();

  /** Returns the required options of the head: by default none. */
  protected Map<String, String> options() {
    return Map.of();
  }

  /**
   * Returns those of the options {@code mlp}, {@code temperature} and {@code hard-negative-weight}
   * that the head does not support: by default none. It must reject them by name.
   */
  protected Set<String> lacks() {
    return Set.of();
  }

  /**
   * Returns the loss of two rows whose anchors are orthogonal and equal to their positives: by
   * default that of the cross entropy of cosine over temperature. A head with an additive margin of
   * m overrides it with ln(1 + e^(-(1 - m)/t)).
   *
   * @param temperature t
   */
  protected double expectedLoss(double temperature) {
    return Math.log1p(Math.exp(-1 / temperature));
  }

  @Override
  protected TestEnvironment environment() {
    return TestEnvironment.selected();
  }

  /** Returns whether the head supports the option {@code mlp}. */
  public final boolean takesMlp() {
    return !lacks().contains(MLP);
  }

  /** Returns whether the head supports the option {@code temperature}. */
  public final boolean takesTemperature() {
    return !lacks().contains(TEMPERATURE);
  }

  /** Returns whether the head supports the option {@code hard-negative-weight}. */
  public final boolean takesWeight() {
    return !lacks().contains(WEIGHT);
  }

  /** Returns whether the head keeps vectors from one step to the next. */
  public final boolean keepsVectors() {
    return head().keptRows() > 0;
  }

  final ContrastiveHead head(String... optionAndValue) {
    Map<String, String> all = new HashMap<>(options());
    for (int i = 0; i < optionAndValue.length; i += 2) {
      all.put(optionAndValue[i], optionAndValue[i + 1]);
    }
    Options options = Options.of(provider().name(), all);
    ModelContext model =
        ModelContext.of(Map.of("hidden_size", POOLED)).with(Providers.heads(List.of()));
    return Providers.of("head", List.of(provider()))
        .create(options, found -> found.create(model, options));
  }

  private static Signature pooled() {
    return Signature.of(Signature.Input.floats("pooled", Dim.symbol("B"), Dim.of(POOLED)));
  }

  /** P. */
  final int width() {
    Shape projected =
        named(DryTrace.of(HeadBatch.projection(head()), pooled()).outputs(), "projected");
    assertThat(projected.rank()).as("the rank of the projected vectors %s", projected).isEqualTo(2);
    assertThat(projected.dim(0)).as("the rows of %s", projected).isEqualTo(Dim.symbol("B"));
    assertThat(projected.dim(1).isFixed()).as("the width of %s is fixed", projected).isTrue();
    return Math.toIntExact(projected.dim(1).size());
  }

  final HeadBatch generated(String purpose, int n, int k, int q) {
    return HeadBatch.generated(samples(purpose), width(), n, k, q);
  }

  /** Returns anchors along the first two axes, each with a nearby positive. */
  final HeadBatch aligned() {
    return HeadBatch.of(
        width(), new double[][] {axis(0), axis(1)}, new double[][] {axis(0), axis(1)});
  }

  final Map<String, HostTensor> run(ContrastiveHead head, HeadBatch batch) {
    return run(backend(), HeadBatch.loss(head), batch.signature(), batch.views());
  }

  final double loss(ContrastiveHead head, HeadBatch batch) {
    double loss = named(run(head, batch), "loss").at(0);
    assertThat(loss).as("the loss").isFinite();
    return loss;
  }

  final Program.Results differentiated(Backend on, HeadBatch batch) {
    return differentiate(on, HeadBatch.loss(head()), batch.signature(), batch.views());
  }

  final void assertEqualLosses(String what, double actual, double expected) {
    assertClose(
        what,
        HostTensor.of(new double[] {actual}, 1),
        HostTensor.of(new double[] {expected}, 1),
        environment().tolerance().values());
  }

  final HostTensor project(ContrastiveHead head, boolean training, HostTensor pooled) {
    Signature signature = training ? pooled().whileTraining() : pooled();
    return named(
        run(backend(), HeadBatch.projection(head), signature, Map.of("pooled", pooled)),
        "projected");
  }
}
