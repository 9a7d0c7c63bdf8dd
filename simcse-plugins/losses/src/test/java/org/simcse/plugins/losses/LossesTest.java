package org.simcse.plugins.losses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.simcse.api.ContrastiveHead;
import org.simcse.api.Views;
import org.simcse.api.engine.Backend;
import org.simcse.api.engine.Program;
import org.simcse.api.engine.Signature;
import org.simcse.api.error.InvalidInputException;
import org.simcse.api.error.UnknownProviderException;
import org.simcse.api.spi.HeadProvider;
import org.simcse.api.spi.ModelContext;
import org.simcse.api.spi.Options;
import org.simcse.api.spi.Providers;
import org.simcse.api.tensor.Dim;
import org.simcse.api.tensor.HostTensor;
import org.simcse.api.tensor.Tensor;
import org.simcse.tests.TestEnvironment;

/** Values worked out by hand, and options that make no sense. */
class LossesTest {
  private static final Dim N = Dim.symbol("N");

  private static ContrastiveHead head(HeadProvider provider, String... optionAndValue) {
    Map<String, String> options = new HashMap<>();
    for (int i = 0; i < optionAndValue.length; i += 2) {
      options.put(optionAndValue[i], optionAndValue[i + 1]);
    }
    ModelContext model = ModelContext.of(Map.of("hidden_size", 4));
    Options all = Options.of(provider.name(), options);
    Providers<HeadProvider> heads = Providers.heads(List.of());
    return heads.create(all, found -> found.create(model.with(heads), all));
  }

  /** The loss and its terms, over pairs and a hard negative a row. */
  private static Map<String, HostTensor> loss(
      ContrastiveHead head, double[] anchors, double[] positives, double[] hard) {
    Signature signature =
        Signature.of(
            Signature.Input.floats("anchors", N, Dim.of(4)),
            Signature.Input.floats("positives", N, Dim.of(4)),
            Signature.Input.floats("hard", N, Dim.of(1), Dim.of(4)));
    try (Backend backend = TestEnvironment.selected().start()) {
      Program program =
          backend.compile(
              (pass, inputs) -> {
                Tensor first = inputs.get("anchors");
                Map<String, Tensor> outputs = new HashMap<>();
                var terms =
                    head.loss(
                        pass,
                        Views.of(
                            first,
                            inputs.get("positives"),
                            inputs.get("hard"),
                            first.slice(0, Dim.of(0), Dim.of(0))));
                outputs.put("loss", terms.total());
                terms.terms().forEach(term -> outputs.put(term.name(), term.value()));
                return outputs;
              },
              signature);
      return program.run(
          Map.of(
              "anchors", HostTensor.of(anchors, 2, 4),
              "positives", HostTensor.of(positives, 2, 4),
              "hard", HostTensor.of(hard, 2, 1, 4)),
          1);
    }
  }

  private static void assertValue(Map<String, HostTensor> outputs, String name, double expected) {
    assertThat(outputs).containsKey(name);
    assertThat(outputs.get(name).at(0)).as(name).isCloseTo(expected, within(1e-5));
  }

  @Test
  void symmetricIsTheMeanOfBothDirectionsWithHardNegativesInOne() {
    // Anchors e1 and e2, positives e1 and e1: cosines [1 1; 0 0]. Hard negatives have cosine 0.
    Map<String, HostTensor> outputs =
        loss(
            head(new SymmetricHeadProvider(), "temperature", "1"),
            new double[] {1, 0, 0, 0, 0, 1, 0, 0},
            new double[] {1, 0, 0, 0, 1, 0, 0, 0},
            new double[] {0, 0, 1, 0, 0, 0, 0, 1});
    double e = Math.E;
    double forward = (Math.log((2 * e + 2) / e) + Math.log(4)) / 2;
    double back = (Math.log((e + 1) / e) + Math.log(e + 1)) / 2;
    assertValue(outputs, "contrastive", (forward + back) / 2);
    assertValue(outputs, "loss", (forward + back) / 2);
  }

  @Test
  void matryoshkaIsTheWeightedSumOverPrefixes() {
    // In the first two elements rows are their own positives; in all four they are half alike.
    Map<String, HostTensor> outputs =
        loss(
            head(
                new MatryoshkaHeadProvider(),
                "dims",
                "4+2",
                "weights",
                "1+0.25",
                "inner",
                "simcse",
                "temperature",
                "1"),
            new double[] {1, 0, 1, 0, 0, 1, 1, 0},
            new double[] {1, 0, 0, 1, 0, 1, 0, 1},
            new double[] {0, 0, 0, 1, 0, 0, 0, 1});
    double whole = Math.log((Math.exp(0.5) + 3) / Math.exp(0.5)); // the others' cosines are 0
    double half = Math.log((Math.E + 3) / Math.E); // hard negatives are zero vectors: cosine 0
    assertValue(outputs, "contrastive/4", whole);
    assertValue(outputs, "contrastive/2", half);
    assertValue(outputs, "loss", whole + 0.25 * half);
  }

  @Test
  void matryoshkaDecoratesAnyHead() {
    assertThat(head(new MatryoshkaHeadProvider(), "dims", "4", "mlp", "none"))
        .isEqualTo(head(new MatryoshkaHeadProvider(), "dims", "4", "mlp", "none"))
        .isNotEqualTo(
            head(new MatryoshkaHeadProvider(), "dims", "4", "mlp", "none", "inner", "symmetric"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "dims | '' | The option dims= of 'matryoshka' must be finite numbers with a plus between them, as in 384+192.",
        "dims | 4+x | The option dims=4+x of 'matryoshka' must be finite numbers with a plus between them, as in 384+192.",
        "dims | 4+0 | Matryoshka needs whole numbers of at least 1 as dims, as in dims=384+192+96, and as many weights, but has [4.0, 0.0] and [1.0, 1.0].",
        "dim | 4 | Matryoshka needs whole numbers of at least 1 as dims, as in dims=384+192+96, and as many weights, but has [] and [].",
      })
  void dimsThatMakeNoSenseAreRefused(String option, String value, String message) {
    assertThatThrownBy(() -> head(new MatryoshkaHeadProvider(), option, value))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(message);
  }

  @Test
  void weightsMustBeAsManyAsDims() {
    assertThatThrownBy(() -> head(new MatryoshkaHeadProvider(), "dims", "4+2", "weights", "1+1+1"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("[4.0, 2.0] and [1.0, 1.0, 1.0]");
  }

  @Test
  void aPrefixLongerThanTheVectorsIsRefused() {
    double[] eight = new double[8];
    assertThatThrownBy(
            () -> loss(head(new MatryoshkaHeadProvider(), "dims", "6"), eight, eight, eight))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("Matryoshka's option dims has 6, but the vectors have 4 elements.");
  }

  @Test
  void anInnerHeadThatThereIsNotIsRefused() {
    assertThatThrownBy(() -> head(new MatryoshkaHeadProvider(), "dims", "4", "inner", "triplet"))
        .isInstanceOf(UnknownProviderException.class)
        .hasMessageContainingAll("There is no head named 'triplet'", "simcse", "symmetric");
  }
}
