package @package@;

import java.util.HashMap;
import java.util.Map;
import org.simcse.api.Encoder;
import org.simcse.api.HiddenStates;
import org.simcse.api.PoolingContext;
import org.simcse.api.TokenBatch;
import org.simcse.api.tensor.ElementType;
import org.simcse.api.tensor.ForwardPass;
import org.simcse.api.tensor.Initializer;
import org.simcse.api.tensor.Shape;
import org.simcse.api.tensor.Tensor;

/**
 * A small transformer: embeddings of words and positions, then layers of one attention head each.
 *
 * @param hiddenSize H
 * @param layers the number of layers
 * @param maxTokens the number of rows of the position table
 * @param vocabularySize the number of token ids
 * @param dropout the dropout rate
 */
record @Class@(int hiddenSize, int layers, int maxTokens, int vocabularySize, double dropout)
    implements Encoder {
  private static final double EPS = 1e-12;

  @Override
  public String parameterPrefix() {
    return "@prefix@.";
  }

  @Override
  public int paddingId() {
    return 0;
  }

  @Override
  public HiddenStates encode(ForwardPass pass, TokenBatch batch) {
    return new States(pass.in(parameterPrefix()), batch);
  }

  /** Computes layers on demand: a pooler may read some of them only. */
  private final class States implements HiddenStates {
    private final ForwardPass pass;
    private final TokenBatch batch;
    private final Map<Integer, Tensor> computed = new HashMap<>();

    States(ForwardPass pass, TokenBatch batch) {
      this.pass = pass;
      this.batch = batch;
    }

    @Override
    public int layers() {
      return layers;
    }

    @Override
    public Tensor layer(int index) {
      Tensor known = computed.get(index);
      if (known == null) {
        known = index == 0 ? embed(pass.in("embeddings.")) : transform(index);
        computed.put(index, known);
      }
      return known;
    }

    private Tensor embed(ForwardPass embeddings) {
      Tensor words = table(embeddings, "word.weight", vocabularySize).take(batch.ids()); // [B, T, H]
      Tensor positions =
          table(embeddings, "position.weight", maxTokens)
              .take(pass.iota(batch.ids().dim(1))); // [T, H]
      Tensor sum = embeddings.layerNorm(words.add(positions), "norm", EPS);
      return embeddings.dropout(sum, dropout);
    }

    private Tensor table(ForwardPass embeddings, String name, int rows) {
      return embeddings.parameter(name, Shape.of(rows, hiddenSize), Initializer.normal(0.02f));
    }

    /** Names of parameters are those of the checkpoint, as in {@code layer.0.query.weight}. */
    private Tensor transform(int index) {
      Tensor x = layer(index - 1); // [B, T, H]
      ForwardPass layer = pass.in("layer." + (index - 1) + ".");
      Tensor attended =
          layer
              .attention(
                  layer.linear(x, "query", hiddenSize).unsqueeze(1), // [B, 1, T, H]: one head
                  layer.linear(x, "key", hiddenSize).unsqueeze(1),
                  layer.linear(x, "value", hiddenSize).unsqueeze(1),
                  mask(),
                  dropout)
              .squeeze(1);
      Tensor output = layer.dropout(layer.linear(attended, "output", hiddenSize), dropout);
      return layer.layerNorm(x.add(output), "norm", EPS);
    }

    /** Returns {@code [B, 1, 1, T]}: 0 for a token, a large negative number for padding. */
    private Tensor mask() {
      Tensor tokens = batch.mask().cast(ElementType.FLOAT);
      return tokens.sub(1).mul(-PoolingContext.MASKED).unsqueeze(1).unsqueeze(1);
    }
  }
}
