package org.simcse.plugins.losses;

import java.util.ArrayList;
import java.util.List;
import org.simcse.api.Views;
import org.simcse.api.tensor.Dim;
import org.simcse.api.tensor.ElementType;
import org.simcse.api.tensor.ForwardPass;
import org.simcse.api.tensor.Tensor;

/** What several heads of this plugin compute of similarities. */
final class Similarities {
  /** The lower bound of a norm, as in {@code torch.nn.CosineSimilarity}. */
  static final double EPS = 1e-8;

  /** Added to a logit, it leaves it out of a softmax. */
  static final double EXCLUDED = -1e9;

  private Similarities() {}

  /**
   * Returns cosine over temperature of every anchor with every candidate, in a list that may be
   * modified: {@code [N, N]} of the positives, then, where there are any, {@code [N, N*K]} of the
   * hard negatives row by row and {@code [N, Q]} of the extra negatives.
   */
  static List<Tensor> logits(Views views, double temperature) {
    Tensor anchors = views.anchors().normalize(-1, EPS);
    List<Tensor> candidates = new ArrayList<>(List.of(views.positives()));
    Tensor hard = views.hardNegatives(); // [N, K, P]
    if (!hard.dim(1).is(0)) {
      candidates.add(hard.reshape(hard.dim(0).times(hard.dim(1)), hard.dim(2)));
    }
    if (!views.extraNegatives().dim(0).is(0)) {
      candidates.add(views.extraNegatives());
    }
    candidates.replaceAll(
        rows -> anchors.matmul(rows.normalize(-1, EPS), false, true).div(temperature));
    return candidates;
  }

  /** Returns {@code [N, N]}: the cosine of every two rows of {@code [N, P]}. */
  static Tensor cosines(Tensor vectors) {
    Tensor unit = vectors.normalize(-1, EPS);
    return unit.matmul(unit, false, true);
  }

  /**
   * Returns {@code log(1 + Σ e^(x_j - x_i))} over the rows i of a larger score than j: the loss of
   * CoSENT for any similarity.
   *
   * @param similarities x, {@code [N]}: similarity over temperature of each row's pair
   * @param scores {@code [N]}
   */
  static Tensor ranking(ForwardPass pass, Tensor similarities, Tensor scores) {
    Tensor wrong = similarities.unsqueeze(0).sub(similarities.unsqueeze(1)); // [i, j]
    Tensor ordered = scores.unsqueeze(1).greater(scores.unsqueeze(0)).cast(ElementType.FLOAT);
    Tensor counted = wrong.mul(ordered).add(ordered.neg().add(1).mul(EXCLUDED));
    Dim pairs = counted.dim(0).times(counted.dim(1));
    Tensor zero = pass.iota(Dim.of(1)); // [1]
    // log(1 + sum of e^x) is the cross entropy of the first of the logits 0, x1, x2, ...
    List<Tensor> logits =
        List.of(zero.cast(ElementType.FLOAT).unsqueeze(0), counted.reshape(Dim.of(1), pairs));
    return Tensor.concat(1, logits).crossEntropy(zero).mean();
  }
}
