package org.simcse.core.builtin;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.simcse.api.Encoder;
import org.simcse.api.HiddenStates;
import org.simcse.api.MaskedTokenHead;
import org.simcse.api.PoolingContext;
import org.simcse.api.TokenBatch;
import org.simcse.api.tensor.Dim;
import org.simcse.api.tensor.ElementType;
import org.simcse.api.tensor.ForwardPass;
import org.simcse.api.tensor.Initializer;
import org.simcse.api.tensor.Shape;
import org.simcse.api.tensor.Tensor;

/**
 * The transformer encoder of BERT (Devlin et al. 2019) and RoBERTa (Liu et al. 2019), equivalent to
 * Hugging Face's: post-layer normalization, exact GELU, additive mask of -10000.
 *
 * <p>The two differ in the prefix of parameter names and in the position ids. Immutable and
 * thread-safe.
 *
 * @param config the sizes and rates
 * @param family the prefix and the position rule
 */
public record BertEncoder(BertConfig config, Family family) implements Encoder {
  private static final float INITIALIZER_RANGE = 0.02f;

  /** The differences between BERT and RoBERTa. */
  public enum Family {
    /** Positions count from 0. */
    BERT("bert."),
    /** Positions count from the padding id + 1, over tokens that are not padding. */
    ROBERTA("roberta.");

    private final String prefix;

    Family(String prefix) {
      this.prefix = prefix;
    }
  }

  @Override
  public String parameterPrefix() {
    return family.prefix;
  }

  @Override
  public double dropout() {
    return Math.max(config.hiddenDropout(), config.attentionDropout());
  }

  @Override
  public Optional<MaskedTokenHead> maskedTokenHead() {
    String head = "lm_head.";
    String words = family.prefix + "embeddings.word_embeddings.weight";
    double eps = config.layerNormEps();
    return Optional.of(
        family == Family.BERT
            ? new MaskedTokenHead(
                head + "transform.dense", head + "transform.LayerNorm", eps, words)
            : new MaskedTokenHead(head + "dense", head + "layer_norm", eps, words));
  }

  @Override
  public int hiddenSize() {
    return config.hiddenSize();
  }

  @Override
  public int maxTokens() {
    return family == Family.BERT ? config.positions() : config.positions() - config.paddingId() - 1;
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
  public HiddenStates encode(ForwardPass pass, TokenBatch batch) {
    return new States(pass.in(family.prefix), batch);
  }

  /** Computes layers lazily. */
  private final class States implements HiddenStates {
    private final ForwardPass pass;
    private final TokenBatch batch;
    private final Layout layout;
    private final Tensor mask; // [B, 1, 1, T]
    private final Map<Integer, Tensor> computed = new HashMap<>();

    States(ForwardPass pass, TokenBatch batch) {
      this.pass = pass;
      this.batch = batch;
      this.layout = Layout.of(pass, batch);
      Tensor tokens = batch.mask().cast(ElementType.FLOAT);
      this.mask = tokens.sub(1).mul(-PoolingContext.MASKED).unsqueeze(1).unsqueeze(1);
    }

    @Override
    public int layers() {
      return config.layers();
    }

    @Override
    public Tensor layer(int index) {
      if (index < 0 || index > config.layers()) {
        throw new IllegalArgumentException(
            "The encoder has the layers 0 to " + config.layers() + ", not " + index + ".");
      }
      return layout.unpack(tokens(index));
    }

    /** Returns the output of a layer in the layout: {@code [B, T, H]} or {@code [M, H]}. */
    private Tensor tokens(int index) {
      Tensor known = computed.get(index);
      if (known == null) {
        known =
            index == 0 ? embed() : transform(index, layout, tokens(index - 1), tokens(index - 1));
        computed.put(index, known);
      }
      return known;
    }

    /**
     * Computes the last layer for the first token's query alone, over the keys and values of every
     * token.
     */
    @Override
    public Tensor firstToken() {
      if (computed.containsKey(layers())) {
        return layout.first(tokens(layers())).squeeze(1);
      }
      Tensor tokens = tokens(layers() - 1);
      return transform(layers(), Layout.padded(pass), layout.first(tokens), tokens).squeeze(1);
    }

    private Tensor embed() {
      ForwardPass embeddings = layout.pass().in("embeddings.");
      Tensor sum =
          table(embeddings, "word_embeddings", config.vocabularySize())
              .take(layout.pack(batch.ids()))
              .add(types(table(embeddings, "token_type_embeddings", config.types())))
              .add(
                  table(embeddings, "position_embeddings", config.positions())
                      .take(layout.pack(positions())));
      return embeddings.dropout(
          embeddings.layerNorm(sum, "LayerNorm", config.layerNormEps()), config.hiddenDropout());
    }

    /**
     * A table of one row needs no types, {@code [H]}: an exported RoBERTa then has no such input.
     */
    private Tensor types(Tensor table) {
      return config.types() == 1
          ? table.reshape(table.dim(1))
          : table.take(layout.pack(batch.types()));
    }

    /** Returns the position ids, {@code [B, T]}, by the rule of the family. */
    private Tensor positions() {
      Tensor ids = batch.ids();
      Tensor indices = pass.iota(ids.dim(1)); // [T]
      if (family == Family.BERT) {
        return indices.broadcastTo(ids.shape());
      }
      int padding = config.paddingId();
      Tensor real =
          pass.constant(1)
              .sub(
                  ids.cast(ElementType.FLOAT)
                      .equal(pass.constant(padding))
                      .cast(ElementType.FLOAT));
      // The running count is a product with a triangle: ones where the row is not after the column.
      Tensor order = indices.cast(ElementType.FLOAT);
      Tensor triangle = order.add(1).unsqueeze(0).greater(order.unsqueeze(1)); // [T, T]
      Tensor count = real.matmul(triangle.cast(ElementType.FLOAT)); // [B, T]
      return count.mul(real).add(padding).cast(ElementType.INT);
    }

    private Tensor table(ForwardPass embeddings, String name, int rows) {
      return embeddings.parameter(
          name + ".weight",
          Shape.of(rows, config.hiddenSize()),
          Initializer.normal(INITIALIZER_RANGE));
    }

    /**
     * Computes one layer.
     *
     * @param of the layout of the queries
     * @param queries {@code [B, Q, H]} or {@code [M, H]}, the tokens whose output is computed
     * @param tokens {@code [B, T, H]} or {@code [M, H]}, the tokens they attend to
     * @return the output, of the queries' shape
     */
    private Tensor transform(int index, Layout of, Tensor queries, Tensor tokens) {
      String name = "encoder.layer." + (index - 1) + ".";
      ForwardPass layer = of.pass().in(name);
      Tensor attended = attend(name + "attention.", of, queries, tokens);
      Tensor inner = layer.linear(attended, "intermediate.dense", config.intermediateSize()).gelu();
      return projectAddNorm(layer.in("output."), inner, attended);
    }

    private Tensor attend(String name, Layout of, Tensor queries, Tensor tokens) {
      ForwardPass self = pass.in(name + "self.");
      Tensor context =
          self.attention(
                  heads(self, "query", of, queries),
                  heads(self, "key", layout, tokens),
                  heads(self, "value", layout, tokens),
                  mask,
                  config.attentionDropout())
              .transpose(0, 2, 1, 3); // [B, Q, A, H/A]
      Tensor merged = context.reshape(context.dim(0), context.dim(1), Dim.of(config.hiddenSize()));
      return projectAddNorm(of.pass().in(name + "output."), of.pack(merged), queries);
    }

    /** Splits {@code [B, Q, H]} or {@code [M, H]} into heads, {@code [B, A, Q, H/A]}. */
    private Tensor heads(ForwardPass self, String name, Layout of, Tensor x) {
      Dim size = Dim.of(config.hiddenSize() / config.heads());
      Tensor projected = of.unpack(self.linear(x, name, config.hiddenSize()));
      return projected
          .reshape(projected.dim(0), projected.dim(1), Dim.of(config.heads()), size)
          .transpose(0, 2, 1, 3);
    }

    /** Projects, applies dropout, adds the residual and normalizes: the end of both sublayers. */
    private Tensor projectAddNorm(ForwardPass output, Tensor x, Tensor residual) {
      Tensor projected =
          output.dropout(output.linear(x, "dense", config.hiddenSize()), config.hiddenDropout());
      return output.layerNorm(projected.add(residual), "LayerNorm", config.layerNormEps());
    }
  }
}
