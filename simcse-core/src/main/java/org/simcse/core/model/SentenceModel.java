package org.simcse.core.model;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.simcse.api.Encoder;
import org.simcse.api.HiddenStates;
import org.simcse.api.Pooler;
import org.simcse.api.PoolingContext;
import org.simcse.api.TokenBatch;
import org.simcse.api.engine.Computation;
import org.simcse.api.engine.Signature;
import org.simcse.api.tensor.Dim;
import org.simcse.api.tensor.ElementType;
import org.simcse.api.tensor.ForwardPass;
import org.simcse.api.tensor.Tensor;

/**
 * Computes sentence vectors from token ids: encoder, pooler, projection and normalization in
 * sequence.
 *
 * @param encoder the encoder
 * @param pooler the pooler
 * @param projection the computation after the pooler
 * @param normalize whether vectors are scaled to length 1
 */
public record SentenceModel(
    Encoder encoder, Pooler pooler, Projection projection, boolean normalize)
    implements Computation {
  /** The name of the output, {@code [B, D]}. */
  public static final String EMBEDDING = "embedding";

  /** The name of an additional input of a packed batch, part of its {@code Packing}. */
  public static final String TOKENS = "tokens";

  /** See {@link #TOKENS}. */
  public static final String INDICES = "indices";

  /**
   * The name of an optional input {@code [1]} ({@code INT}): the number of prompt tokens at the
   * beginning of every sequence, which are not pooled.
   */
  public static final String PROMPT = "prompt";

  /** Returns the inputs {@code ids}, {@code mask} and {@code types}, {@code [B, T]} each. */
  public static Signature signature() {
    Dim b = Dim.symbol("B");
    Dim t = Dim.symbol("T");
    return Signature.of(
        Signature.Input.ints("ids", b, t),
        Signature.Input.ints("mask", b, t),
        Signature.Input.ints("types", b, t));
  }

  /** Returns the inputs of {@link #signature}, and {@link #PROMPT}. */
  public static Signature signatureWithPrompt() {
    List<Signature.Input> inputs = new java.util.ArrayList<>(signature().inputs());
    inputs.add(Signature.Input.ints(PROMPT, Dim.of(1)));
    return Signature.of(inputs.toArray(Signature.Input[]::new));
  }

  /**
   * Returns the batch of the inputs of {@link #signature}, packed if {@link #TOKENS} is present.
   */
  public static TokenBatch batch(Map<String, Tensor> inputs) {
    TokenBatch batch =
        TokenBatch.of(
            requireNonNull(inputs.get("ids")),
            requireNonNull(inputs.get("mask")),
            requireNonNull(inputs.get("types")));
    return Optional.ofNullable(inputs.get(TOKENS))
        .map(tokens -> new TokenBatch.Packing(tokens, requireNonNull(inputs.get(INDICES))))
        .map(batch::withPacking)
        .orElse(batch);
  }

  @Override
  public Map<String, Tensor> trace(ForwardPass pass, Map<String, Tensor> inputs) {
    TokenBatch batch = batch(inputs);
    Tensor pooled =
        inputs.containsKey(PROMPT)
            ? pooler.pool(
                pass,
                BehindPrompt.of(
                    pass, encoder, batch, encoder.encode(pass, batch), inputs.get(PROMPT)))
            : pool(pass, batch);
    Tensor vectors = projection.apply(pass, pooled);
    return Map.of(EMBEDDING, normalize ? vectors.normalize(-1, Projection.EPS) : vectors);
  }

  /** Returns the vectors before normalization, {@code [B, P]}. */
  public Tensor embed(ForwardPass pass, TokenBatch batch) {
    return projection.apply(pass, pool(pass, batch));
  }

  /** Returns the pooled vectors, {@code [B, D]}. */
  public Tensor pool(ForwardPass pass, TokenBatch batch) {
    return pooler.pool(pass, new Context(encoder, batch, encoder.encode(pass, batch)));
  }

  private record Context(Encoder encoder, TokenBatch batch, HiddenStates states)
      implements PoolingContext {
    @Override
    public Tensor mask() {
      return batch.mask().cast(ElementType.FLOAT);
    }
  }

  /**
   * A pooling context without the tokens of a prompt.
   *
   * @param mask 1 for a token after the prompt
   * @param first {@code [B, T]}: 1 for the first token after the prompt
   */
  private record BehindPrompt(
      Encoder encoder, TokenBatch batch, HiddenStates all, Tensor mask, Tensor first)
      implements PoolingContext {
    static BehindPrompt of(
        ForwardPass pass, Encoder encoder, TokenBatch batch, HiddenStates all, Tensor prompt) {
      Tensor tokens = batch.mask().cast(ElementType.FLOAT); // [B, T]
      Tensor length = prompt.cast(ElementType.FLOAT).unsqueeze(0); // [1, 1]
      Tensor positions = pass.iota(tokens.dim(1)).cast(ElementType.FLOAT).unsqueeze(0); // [1, T]
      Tensor behind = positions.add(1).greater(length).cast(ElementType.FLOAT);
      Tensor first = positions.equal(length).cast(ElementType.FLOAT);
      return new BehindPrompt(encoder, batch, all, tokens.mul(behind), tokens.mul(first));
    }

    @Override
    public HiddenStates states() {
      return new HiddenStates() {
        @Override
        public int layers() {
          return all.layers();
        }

        @Override
        public Tensor layer(int index) {
          return all.layer(index);
        }

        @Override
        public Tensor firstToken() {
          return last().mul(first.unsqueeze(-1)).sum(1);
        }
      };
    }
  }
}
