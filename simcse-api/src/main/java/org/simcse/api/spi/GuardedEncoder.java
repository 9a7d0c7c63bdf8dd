package org.simcse.api.spi;

import java.util.Optional;
import org.simcse.api.Encoder;
import org.simcse.api.HiddenStates;
import org.simcse.api.MaskedTokenHead;
import org.simcse.api.TokenBatch;
import org.simcse.api.tensor.Dim;
import org.simcse.api.tensor.ForwardPass;
import org.simcse.api.tensor.Shape;
import org.simcse.api.tensor.Tensor;

/** An encoder whose failures name its provider. Equal for equal encoders of one provider. */
record GuardedEncoder(Encoder encoder, Origin origin) implements Encoder {
  private static final String TRACED = "it was traced";
  private static final String DESCRIBED = "it described itself";

  @Override
  public String parameterPrefix() {
    return origin.guard(DESCRIBED, encoder::parameterPrefix);
  }

  @Override
  public int hiddenSize() {
    return origin.guard(DESCRIBED, encoder::hiddenSize);
  }

  @Override
  public int maxTokens() {
    return origin.guard(DESCRIBED, encoder::maxTokens);
  }

  @Override
  public int vocabularySize() {
    return origin.guard(DESCRIBED, encoder::vocabularySize);
  }

  @Override
  public int paddingId() {
    return origin.guard(DESCRIBED, encoder::paddingId);
  }

  @Override
  public double dropout() {
    return origin.guard(DESCRIBED, encoder::dropout);
  }

  @Override
  public Optional<MaskedTokenHead> maskedTokenHead() {
    return origin.guard(DESCRIBED, encoder::maskedTokenHead);
  }

  @Override
  public HiddenStates encode(ForwardPass pass, TokenBatch batch) {
    return new States(
        origin.guard(TRACED, () -> encoder.encode(pass, batch)),
        batch.ids().shape(),
        hiddenSize(),
        origin);
  }

  private record States(HiddenStates states, Shape tokens, int size, Origin origin)
      implements HiddenStates {
    @Override
    public int layers() {
      return origin.guard(TRACED, states::layers);
    }

    @Override
    public Tensor layer(int index) {
      return checked(
          origin.guard(TRACED, () -> states.layer(index)),
          Shape.of(tokens.dim(0), tokens.dim(1), Dim.of(size)));
    }

    @Override
    public Tensor last() {
      return checked(
          origin.guard(TRACED, states::last), Shape.of(tokens.dim(0), tokens.dim(1), Dim.of(size)));
    }

    @Override
    public Tensor firstToken() {
      return checked(
          origin.guard(TRACED, states::firstToken), Shape.of(tokens.dim(0), Dim.of(size)));
    }

    private Tensor checked(Tensor states, Shape wanted) {
      origin.require(
          states.shape().equals(wanted),
          TRACED,
          "its hidden states have the shape %s instead of %s".formatted(states.shape(), wanted));
      return states;
    }
  }
}
