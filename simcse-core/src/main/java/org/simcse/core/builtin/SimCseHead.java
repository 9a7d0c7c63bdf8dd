package org.simcse.core.builtin;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.simcse.api.ContrastiveHead;
import org.simcse.api.LossTerms;
import org.simcse.api.Views;
import org.simcse.api.tensor.Dim;
import org.simcse.api.tensor.ForwardPass;
import org.simcse.api.tensor.Tensor;

/**
 * The head of SimCSE (Gao et al. 2021): an MLP, and the cross entropy of cosine over temperature
 * with in-batch negatives (equations 1 and 5).
 *
 * @param mlp whether {@link #project} applies {@code tanh(W x + b)} with {@code mlp.dense.*}
 * @param temperature τ, above 0
 * @param hardNegativeWeight added to the logit of an anchor's own hard negatives: ln α of equation
 *     5
 */
public record SimCseHead(boolean mlp, double temperature, double hardNegativeWeight)
    implements ContrastiveHead {
  /** The prefix of the names of the MLP's parameters. */
  public static final String MLP = "mlp.dense";

  /** The lower bound of a norm, as in {@code torch.nn.CosineSimilarity}. */
  private static final double EPS = 1e-8;

  /** Validates the temperature. */
  public SimCseHead {
    if (!(temperature > 0)) {
      throw new IllegalArgumentException(
          "The temperature must be above 0, but it is " + temperature + ".");
    }
  }

  /**
   * Returns the names of the pooler of a pre-trained BERT or RoBERTa, which has the form of the
   * MLP, to initialize the MLP from it instead of randomly. A checkpoint's own MLP takes
   * precedence.
   *
   * @param prefix the prefix of the encoder's parameter names, such as {@code bert.}
   * @return names in the checkpoint by parameter name, for {@link
   *     org.simcse.core.weights.Checkpoint#withAliases}
   */
  public static Map<String, String> poolerAliases(String prefix) {
    return Map.of(
        MLP + ".weight", prefix + "pooler.dense.weight",
        MLP + ".bias", prefix + "pooler.dense.bias");
  }

  @Override
  public Tensor project(ForwardPass pass, Tensor pooled) {
    return mlp ? pass.linear(pooled, MLP, Math.toIntExact(pooled.dim(1).size())).tanh() : pooled;
  }

  @Override
  public LossTerms loss(ForwardPass pass, Views projected) {
    Dim rows = projected.anchors().dim(0);
    return LossTerms.of(
        "contrastive", logits(pass, projected).crossEntropy(pass.iota(rows)).mean());
  }

  /**
   * Returns cosine similarity over temperature of every anchor with every candidate.
   *
   * @return {@code [N, N + N*K + Q]}: positives, hard negatives row by row, extra negatives
   */
  public Tensor logits(ForwardPass pass, Views projected) {
    Tensor anchors = projected.anchors().normalize(-1, EPS);
    List<Tensor> blocks = new ArrayList<>(List.of(similarity(anchors, projected.positives())));
    Tensor hard = projected.hardNegatives(); // [N, K, P]
    if (!hard.dim(1).is(0)) {
      Dim candidates = hard.dim(0).times(hard.dim(1));
      Tensor block = similarity(anchors, hard.reshape(candidates, hard.dim(2)));
      blocks.add(
          hardNegativeWeight == 0
              ? block
              : block.add(ownNegatives(pass, hard).mul(hardNegativeWeight)));
    }
    if (!projected.extraNegatives().dim(0).is(0)) {
      blocks.add(similarity(anchors, projected.extraNegatives()));
    }
    return Tensor.concat(1, blocks);
  }

  private Tensor similarity(Tensor unitAnchors, Tensor candidates) {
    return unitAnchors.matmul(candidates.normalize(-1, EPS), false, true).div(temperature);
  }

  /** Returns {@code [N, N*K]}: 1 where the hard negative is the anchor's own. */
  private static Tensor ownNegatives(ForwardPass pass, Tensor hard) {
    Dim rows = hard.dim(0);
    Dim each = hard.dim(1);
    Tensor own = pass.iota(rows).oneHot(rows).unsqueeze(-1); // [N, N, 1]
    return own.broadcastTo(own.shape().with(2, each)).reshape(rows, rows.times(each));
  }
}
