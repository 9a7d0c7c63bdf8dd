package org.simcse.core.builtin;

import org.simcse.api.HiddenStates;
import org.simcse.api.Pooler;
import org.simcse.api.PoolingContext;
import org.simcse.api.spi.ModelContext;
import org.simcse.api.spi.Options;
import org.simcse.api.spi.PoolerProvider;
import org.simcse.api.tensor.ElementType;
import org.simcse.api.tensor.ForwardPass;
import org.simcse.api.tensor.Tensor;

/**
 * The reference's poolers under their five names, one from its first version, and those of
 * sentence-transformers; none has parameters.
 *
 * <p>Each is found by {@link java.util.ServiceLoader}, as a plugin's.
 */
public final class BuiltInPoolers {
  /** Less than any hidden state, and well within the range of single precision. */
  private static final double LOWEST = -1e9;

  /** The lower bound of a token count: a row of only padding gives 0, not NaN. */
  private static final double EPS = 1e-9;

  private BuiltInPoolers() {}

  /**
   * Returns {@code Σ h·m / Σ m} over the tokens, {@code [B, T, H]} to {@code [B, H]}; a row of only
   * padding gives 0, not NaN.
   */
  private static Tensor maskedMean(PoolingContext context, Tensor hidden) {
    Tensor mask = context.mask().unsqueeze(-1); // [B, T, 1]
    Tensor count = mask.sum(1); // [B, 1]
    return hidden.mul(mask).sum(1).div(count.maximum(EPS));
  }

  /** Returns the positions from 0, {@code [B, T]}, as {@code FLOAT}. */
  private static Tensor positions(ForwardPass pass, Tensor mask) {
    return pass.iota(mask.dim(1)).cast(ElementType.FLOAT).unsqueeze(0);
  }

  private static Tensor meanOf(HiddenStates states, int first, int second) {
    return states.layer(first).add(states.layer(second)).mul(0.5);
  }

  private abstract static class BuiltIn implements PoolerProvider {
    private final String name;
    private final String description;
    private final Pooler pooler;

    BuiltIn(String name, String description, Pooler pooler) {
      this.name = name;
      this.description = description;
      this.pooler = pooler;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public String description() {
      return description;
    }

    @Override
    public Pooler create(ModelContext model, Options options) {
      return pooler;
    }
  }

  /** {@code cls}. */
  public static final class Cls extends BuiltIn {
    /** For ServiceLoader. */
    public Cls() {
      super(
          "cls",
          "the first token of the last layer; the head's MLP follows where the model says so",
          (pass, context) -> context.states().firstToken());
    }
  }

  /** {@code cls_before_pooler}. */
  public static final class ClsBeforePooler extends BuiltIn {
    /** For ServiceLoader. */
    public ClsBeforePooler() {
      super(
          "cls_before_pooler",
          "the first token of the last layer, without an MLP",
          (pass, context) -> context.states().firstToken());
    }
  }

  /** {@code avg}. */
  public static final class Avg extends BuiltIn {
    /** For ServiceLoader. */
    public Avg() {
      super(
          "avg",
          "the mean over the tokens of the last layer",
          (pass, context) -> maskedMean(context, context.states().last()));
    }
  }

  /** {@code avg_top2}. */
  public static final class AvgTop2 extends BuiltIn {
    /** For ServiceLoader. */
    public AvgTop2() {
      super(
          "avg_top2",
          "the mean over the tokens of the last two layers",
          (pass, context) ->
              maskedMean(
                  context,
                  meanOf(
                      context.states(), context.states().layers() - 1, context.states().layers())));
    }
  }

  /** {@code avg_first_last}. */
  public static final class AvgFirstLast extends BuiltIn {
    /** For ServiceLoader. */
    public AvgFirstLast() {
      super(
          "avg_first_last",
          "the mean over the tokens of the first and the last layer",
          (pass, context) ->
              maskedMean(context, meanOf(context.states(), 1, context.states().layers())));
    }
  }

  /** {@code avg_first_last@embeddings}. */
  public static final class AvgFirstLastEmbeddings extends BuiltIn {
    /** For ServiceLoader. */
    public AvgFirstLastEmbeddings() {
      super(
          "avg_first_last@embeddings",
          "the same with the embedding output as the first layer, as the paper's first version had it",
          (pass, context) ->
              maskedMean(context, meanOf(context.states(), 0, context.states().layers())));
    }
  }

  /** {@code max}. */
  public static final class Max extends BuiltIn {
    /** For ServiceLoader. */
    public Max() {
      super("max", "the largest value over the tokens of the last layer", Max::maskedMax);
    }

    private static Tensor maskedMax(ForwardPass pass, PoolingContext context) {
      Tensor hidden = context.states().last(); // [B, T, H]
      Tensor mask = context.mask().unsqueeze(-1); // [B, T, 1]
      return mask.greater(0).where(hidden, pass.constant(LOWEST)).max(1);
    }
  }

  /** {@code mean_sqrt_len_tokens}. */
  public static final class MeanSqrtLenTokens extends BuiltIn {
    /** For ServiceLoader. */
    public MeanSqrtLenTokens() {
      super(
          "mean_sqrt_len_tokens",
          "the sum over the tokens of the last layer, divided by the square root of their number",
          (pass, context) -> {
            Tensor mask = context.mask().unsqueeze(-1); // [B, T, 1]
            Tensor count = mask.sum(1); // [B, 1]
            return context.states().last().mul(mask).sum(1).div(count.maximum(EPS).sqrt());
          });
    }
  }

  /** {@code weightedmean}. */
  public static final class WeightedMean extends BuiltIn {
    /** For ServiceLoader. */
    public WeightedMean() {
      super(
          "weightedmean",
          "the mean over the tokens of the last layer, the n-th of them counting n times",
          (pass, context) -> {
            Tensor mask = context.mask();
            Tensor weights = mask.mul(positions(pass, mask).add(1)).unsqueeze(-1); // [B, T, 1]
            return context.states().last().mul(weights).sum(1).div(weights.sum(1).maximum(EPS));
          });
    }
  }

  /** {@code lasttoken}. */
  public static final class LastToken extends BuiltIn {
    /** For ServiceLoader. */
    public LastToken() {
      super(
          "lasttoken",
          "the last token of the last layer",
          (pass, context) -> {
            Tensor tokens = context.batch().mask().cast(ElementType.FLOAT); // [B, T]
            Tensor last = tokens.sum(1, true).sub(1); // [B, 1]
            Tensor chosen = positions(pass, tokens).equal(last).cast(ElementType.FLOAT); // [B, T]
            return context.states().last().mul(chosen.unsqueeze(-1)).sum(1);
          });
    }
  }
}
