package org.simcse.plugins.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.simcse.api.Encoder;
import org.simcse.api.HiddenStates;
import org.simcse.api.Pooler;
import org.simcse.api.PoolingContext;
import org.simcse.api.TokenBatch;
import org.simcse.api.engine.Backend;
import org.simcse.api.engine.Program;
import org.simcse.api.engine.Signature;
import org.simcse.api.error.InvalidInputException;
import org.simcse.api.spi.ModelContext;
import org.simcse.api.spi.Options;
import org.simcse.api.tensor.Dim;
import org.simcse.api.tensor.HostTensor;
import org.simcse.api.tensor.Tensor;
import org.simcse.tests.TestEnvironment;

class AttentionPoolerTest {
  private static final double[] QUERY = {1, -2, 0.5, 3};
  private static final double[][] STATES = {{1, 0, -1, 2}, {0.5, 1, 0, -1}, {-1, 2, 1, 0.25}};

  private static Pooler pooler(String options) {
    return new AttentionPoolerProvider()
        .create(ModelContext.of(Map.of("hidden_size", 4)), Options.parse("attention" + options));
  }

  /** Hidden states of one layer, without padding. */
  private record Given(Tensor layer) implements PoolingContext, HiddenStates {
    @Override
    public HiddenStates states() {
      return this;
    }

    @Override
    public int layers() {
      return 1;
    }

    @Override
    public Tensor layer(int index) {
      return layer;
    }

    @Override
    public Tensor mask() {
      return layer.select(2, 0).mul(0).add(1);
    }

    @Override
    public Tensor additiveMask() {
      return layer.select(2, 0).mul(0);
    }

    @Override
    public TokenBatch batch() {
      throw new UnsupportedOperationException("The attention pooler needs states alone.");
    }

    @Override
    public Encoder encoder() {
      throw new UnsupportedOperationException("The attention pooler needs states alone.");
    }
  }

  /** The weighted mean of a part of the states, written out. */
  private static double[] expected(int heads) {
    int size = 4 / heads;
    double[] vector = new double[4];
    for (int first = 0; first < 4; first += size) {
      double total = 0;
      for (double[] state : STATES) {
        double score = 0;
        for (int i = first; i < first + size; i++) {
          score += state[i] * QUERY[i];
        }
        total += Math.exp(score);
        for (int i = first; i < first + size; i++) {
          vector[i] += Math.exp(score) * state[i];
        }
      }
      for (int i = first; i < first + size; i++) {
        vector[i] /= total;
      }
    }
    return vector;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void eachPartOfAVectorIsWeightedByItsOwnPartOfTheQuery(int heads) {
    Signature states =
        Signature.of(Signature.Input.floats("states", Dim.symbol("B"), Dim.symbol("T"), Dim.of(4)));
    try (Backend backend = TestEnvironment.selected().start()) {
      Program program =
          backend.compile(
              (pass, inputs) ->
                  Map.of(
                      "vectors",
                      pooler(":heads=" + heads)
                          .pool(pass, new Given(Objects.requireNonNull(inputs.get("states"))))),
              states);
      backend.parameters().set("pooler.query", HostTensor.of(QUERY, 4, 1));
      double[] flat = Arrays.stream(STATES).flatMapToDouble(Arrays::stream).toArray();
      HostTensor vectors =
          Objects.requireNonNull(
              program.run(Map.of("states", HostTensor.of(flat, 1, 3, 4)), 1).get("vectors"));
      assertThat(vectors.shape()).containsExactly(1, 4);
      assertThat(vectors.toDoubles()).containsExactly(expected(heads), within(1e-5));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "3 | The option heads=3 does not divide the hidden size 4.",
        "8 | The option heads=8 of 'attention' must be a whole number from 1 to 4."
      })
  void headsThatDoNotFitTheHiddenSizeAreRefused(String heads, String message) {
    assertThatThrownBy(() -> pooler(":heads=" + heads))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(message);
  }
}
