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
import org.simcse.core.builtin.BertEncoder;

/**
 * Token ids to sentence vectors: encoder, pooler, projection and normalisation in a row.
 *
 * @param encoder makes hidden states
 * @param pooler makes one vector of them
 * @param projection what follows the pooler
 * @param normalize whether vectors are scaled to length 1
 */
public record SentenceModel(
    Encoder encoder, Pooler pooler, Projection projection, boolean normalize)
    implements Computation {
  /** The name of the one output, {@code [B, D]}. */
  public static final String EMBEDDING = "embedding";

  /** The names of the inputs that a packed batch brings besides: its {@code Packing}. */
  public static final String TOKENS = "tokens";

  /** See {@link #TOKENS}. */
  public static final String PLACES = "places";

  /** The smallest length that a vector is divided by. */
  private static final double EPS = 1e-12;

  /** What follows the pooler, row by row. */
  @FunctionalInterface
  public interface Projection {
    /** {@code [B, D]} to {@code [B, P]}. */
    Tensor apply(ForwardPass pass, Tensor pooled);

    /** Nothing follows. */
    static Projection none() {
      return (pass, pooled) -> pooled;
    }
  }

  /**
   * The inputs {@code ids}, {@code mask}, {@code types} and {@code positions}, {@code [B, T]} each.
   */
  public static Signature signature() {
    Dim b = Dim.symbol("B");
    Dim t = Dim.symbol("T");
    return Signature.of(
        Signature.Input.ints("ids", b, t), Signature.Input.ints("mask", b, t),
        Signature.Input.ints("types", b, t), Signature.Input.ints("positions", b, t));
  }

  /** The batch that {@link #signature} brings, packed if its {@link #TOKENS} are there. */
  public static TokenBatch batch(Map<String, Tensor> inputs) {
    List<Tensor> parts =
        List.of("ids", "mask", "types", "positions").stream().map(inputs::get).toList();
    Optional<TokenBatch.Packing> packing =
        Optional.ofNullable(inputs.get(TOKENS))
            .map(tokens -> new TokenBatch.Packing(tokens, requireNonNull(inputs.get(PLACES))));
    return new TokenBatch(parts.get(0), parts.get(1), parts.get(2), parts.get(3), packing);
  }

  @Override
  public Map<String, Tensor> trace(ForwardPass pass, Map<String, Tensor> inputs) {
    Tensor vectors = embed(pass, batch(inputs));
    return Map.of(EMBEDDING, normalize ? vectors.normalize(-1, EPS) : vectors);
  }

  /** The vectors before normalisation, {@code [B, P]}. */
  public Tensor embed(ForwardPass pass, TokenBatch batch) {
    return projection.apply(pass, pool(pass, batch));
  }

  /** The pooled vectors, {@code [B, D]}. */
  public Tensor pool(ForwardPass pass, TokenBatch batch) {
    return pooler.pool(pass, new Context(encoder, batch, encoder.encode(pass, batch)));
  }

  private record Context(Encoder encoder, TokenBatch batch, HiddenStates states)
      implements PoolingContext {
    @Override
    public Tensor mask() {
      return batch.mask().cast(ElementType.FLOAT);
    }

    @Override
    public Tensor additiveMask() {
      return mask().sub(1).mul(-BertEncoder.MASKED);
    }
  }
}
