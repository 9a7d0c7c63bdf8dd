package org.simcse.tests.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.simcse.api.Encoder;
import org.simcse.api.HiddenStates;
import org.simcse.api.TokenBatch;
import org.simcse.api.engine.Backend;
import org.simcse.api.engine.GradientBuffer;
import org.simcse.api.error.InvalidInputException;
import org.simcse.api.tensor.ForwardPass;
import org.simcse.api.tensor.HostTensor;
import org.simcse.core.builtin.LocalGather;
import org.simcse.core.train.step.Auxiliary;
import org.simcse.core.train.step.ContrastiveStep;
import org.simcse.core.train.step.GradientReduction;
import org.simcse.core.train.step.MaskedLanguageModel;
import org.simcse.core.train.step.StepConfig;
import org.simcse.core.train.step.TrainingBatch;
import org.simcse.tests.TestEnvironment;

/** What no golden case has: a tied decoder, and an encoder of another kind. */
class MaskedLanguageModelTest {
  private static final String DECODER = "lm_head.decoder.weight";

  private record Step(double loss, Map<String, HostTensor> gradients) {
    double[] gradient(String parameter) {
      return Objects.requireNonNull(gradients.get(parameter), parameter).toDoubles();
    }
  }

  /** A step of a model whose decoder has the values of its word embeddings. */
  private static Step step(GoldenCase golden, String words, boolean tied) {
    try (Backend backend = TestEnvironment.of(TestEnvironment.REFERENCE).start();
        GradientBuffer gradients = backend.gradientBuffer()) {
      GoldenModel files = GoldenModel.load(golden.model(), 3, backend.parameters());
      backend.parameters().set(DECODER, backend.parameters().get(words));
      MaskedLanguageModel mlm = MaskedLanguageModel.of(files.encoder(), tied);
      Map<String, Double> terms =
          new ContrastiveStep(
                  backend,
                  golden.training(files, golden.head(), List.of(new Auxiliary("mlm", 0.1, mlm))),
                  new LocalGather(),
                  new StepConfig(StepConfig.WHOLE, GradientReduction.SUM, false))
              .compute(
                  new TrainingBatch(golden.sequences(), Map.of("mlm", golden.masked())),
                  1,
                  gradients);
      return new Step(Objects.requireNonNull(terms.get("loss")), gradients.read());
    }
  }

  /** One matrix in two places has the sum of both places' gradients. */
  @ParameterizedTest
  @CsvSource({"bert-pairs-cls-mlm, bert.", "roberta-pairs-cls-mlm, roberta."})
  void aTiedDecoderIsTheTableOfWords(String name, String prefix) {
    GoldenCase golden = GoldenCase.load(name);
    String words = prefix + "embeddings.word_embeddings.weight";
    Step tied = step(golden, words, true);
    Step apart = step(golden, words, false);
    assertThat(tied.loss()).isCloseTo(apart.loss(), within(1e-10));
    assertThat(apart.loss()).isNotCloseTo(golden.output("loss").at(0), within(1e-3));
    double[] table = apart.gradient(words);
    double[] decoder = apart.gradient(DECODER);
    double[] sum = new double[table.length];
    for (int i = 0; i < sum.length; i++) {
      sum[i] = table[i] + decoder[i];
    }
    assertThat(tied.gradient(words)).containsExactly(sum, within(1e-10));
    assertThat(tied.gradients().keySet())
        .isEqualTo(
            apart.gradients().keySet().stream()
                .filter(parameter -> !parameter.equals(DECODER))
                .collect(Collectors.toSet()));
  }

  /** An encoder that says nothing of a head for masked tokens. */
  private record Another(Encoder encoder) implements Encoder {
    @Override
    public String parameterPrefix() {
      return encoder.parameterPrefix();
    }

    @Override
    public double dropout() {
      return encoder.dropout();
    }

    @Override
    public int hiddenSize() {
      return encoder.hiddenSize();
    }

    @Override
    public int maxTokens() {
      return encoder.maxTokens();
    }

    @Override
    public int vocabularySize() {
      return encoder.vocabularySize();
    }

    @Override
    public int paddingId() {
      return encoder.paddingId();
    }

    @Override
    public HiddenStates encode(ForwardPass pass, TokenBatch batch) {
      return encoder.encode(pass, batch);
    }
  }

  @Test
  void anotherEncoderIsRefused() {
    try (Backend backend = TestEnvironment.of(TestEnvironment.REFERENCE).start()) {
      Encoder bert = GoldenModel.load("tiny-bert", 1, backend.parameters()).encoder();
      assertThatThrownBy(() -> MaskedLanguageModel.of(new Another(bert), false))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("has no head for masked language modelling")
          .hasMessageContaining("MaskedLanguageModelTest$Another");
    }
  }
}
