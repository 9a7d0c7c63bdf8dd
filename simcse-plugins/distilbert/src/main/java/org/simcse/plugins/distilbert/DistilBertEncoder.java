package org.simcse.plugins.distilbert;

import java.util.HashMap;
import java.util.Map;
import org.simcse.api.Encoder;
import org.simcse.api.HiddenStates;
import org.simcse.api.PoolingContext;
import org.simcse.api.TokenBatch;
import org.simcse.api.tensor.Dim;
import org.simcse.api.tensor.ElementType;
import org.simcse.api.tensor.ForwardPass;
import org.simcse.api.tensor.Initializer;
import org.simcse.api.tensor.Shape;
import org.simcse.api.tensor.Tensor;

/**
 * The transformer encoder of DistilBERT (Sanh et al. 2019), exact to the Hugging Face definition:
 * BERT's without token types, and without dropout after the attention output.
 *
 * <p>Immutable and thread-safe.
 *
 * @param config the sizes and rates
 */
record DistilBertEncoder(DistilBertConfig config) implements Encoder {
  private static final double LAYER_NORM_EPS = 1e-12;
  private static final float INITIALIZER_RANGE = 0.02f;

  @Override
  public String parameterPrefix() {
    return "distilbert.";
  }

  @Override
  public int hiddenSize() {
    return config.dim();
  }

  @Override
  public int maxTokens() {
    return config.positions();
  }

  @Override
  public int vocabularySize() {
    return config.vocabularySize();
  }

  @Override
  public int paddingId() {
    return config.paddingId();
  }

  @Override
  public double dropout() {
    return Math.max(config.dropout(), config.attentionDropout());
  }

  @Override
  public HiddenStates encode(ForwardPass pass, TokenBatch batch) {
    return new States(pass.in(parameterPrefix()), batch);
  }

  /** Computes layers on demand. */
  private final class States implements HiddenStates {
    private final ForwardPass pass;
    private final TokenBatch batch;
    private final Tensor mask; // [B, 1, 1, T]
    private final Map<Integer, Tensor> computed = new HashMap<>();

    States(ForwardPass pass, TokenBatch batch) {
      this.pass = pass;
      this.batch = batch;
      Tensor tokens = batch.mask().cast(ElementType.FLOAT);
      this.mask = tokens.sub(1).mul(-PoolingContext.MASKED).unsqueeze(1).unsqueeze(1);
    }

    @Override
    public int layers() {
      return config.layers();
    }

    @Override
    public Tensor layer(int index) {
      Tensor known = computed.get(index);
      if (known == null) {
        known = index == 0 ? embed() : transform(index - 1, layer(index - 1));
        computed.put(index, known);
      }
      return known;
    }

    private Tensor embed() {
      ForwardPass embeddings = pass.in("embeddings.");
      Tensor sum =
          table(embeddings, "word_embeddings", config.vocabularySize())
              .take(batch.ids())
              .add(
                  table(embeddings, "position_embeddings", config.positions())
                      .take(pass.iota(batch.ids().dim(1)))); // [T, H]
      return embeddings.dropout(
          embeddings.layerNorm(sum, "LayerNorm", LAYER_NORM_EPS), config.dropout());
    }

    private Tensor table(ForwardPass embeddings, String name, int rows) {
      return embeddings.parameter(
          name + ".weight", Shape.of(rows, config.dim()), Initializer.normal(INITIALIZER_RANGE));
    }

    private Tensor transform(int index, Tensor x) {
      ForwardPass layer = pass.in("transformer.layer." + index + ".");
      Tensor attended =
          layer.layerNorm(
              attend(layer.in("attention."), x).add(x), "sa_layer_norm", LAYER_NORM_EPS);
      ForwardPass ffn = layer.in("ffn.");
      Tensor inner = ffn.linear(attended, "lin1", config.hiddenDim()).gelu();
      Tensor outer = ffn.dropout(ffn.linear(inner, "lin2", config.dim()), config.dropout());
      return layer.layerNorm(outer.add(attended), "output_layer_norm", LAYER_NORM_EPS);
    }

    private Tensor attend(ForwardPass attention, Tensor x) {
      Tensor context =
          attention
              .attention(
                  heads(attention.linear(x, "q_lin", config.dim())),
                  heads(attention.linear(x, "k_lin", config.dim())),
                  heads(attention.linear(x, "v_lin", config.dim())),
                  mask,
                  config.attentionDropout())
              .transpose(0, 2, 1, 3); // [B, T, A, H/A]
      return attention.linear(
          context.reshape(context.dim(0), context.dim(1), Dim.of(config.dim())),
          "out_lin",
          config.dim());
    }

    /** Reshapes {@code [B, T, H]} to {@code [B, A, T, H/A]}. */
    private Tensor heads(Tensor x) {
      Dim size = Dim.of(config.dim() / config.heads());
      return x.reshape(x.dim(0), x.dim(1), Dim.of(config.heads()), size).transpose(0, 2, 1, 3);
    }
  }
}
