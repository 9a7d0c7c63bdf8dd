package org.simcse.plugins.losses;

import java.util.List;
import org.simcse.api.ContrastiveHead;
import org.simcse.api.LossTerms;
import org.simcse.api.Views;
import org.simcse.api.spi.HeadProvider;
import org.simcse.api.spi.ModelContext;
import org.simcse.api.spi.Options;
import org.simcse.api.tensor.Dim;
import org.simcse.api.tensor.ForwardPass;
import org.simcse.api.tensor.Tensor;

/**
 * SimCSE's loss in which a negative counts {@code e^(beta * cosine)} times, so that negatives near
 * their anchor teach more. The weights of Robinson et al. 2021 ("Contrastive Learning with Hard
 * Negative Samples") without their normalization, in the form of Lan et al. 2025 ("LLaVE", equation
 * 5) and of sentence-transformers: no gradient flows through a weight.
 */
public final class HardnessHeadProvider implements HeadProvider {
  private static final String ALL = "all";
  private static final String IN_BATCH = "in-batch";
  private static final String OWN = "own";

  @Override
  public String name() {
    return "hardness";
  }

  @Override
  public String description() {
    return "simcse's loss with negatives weighted by e^(beta * cosine), beta=9, those of negatives=all, in-batch or own (a row's hard negatives); mlp, temperature";
  }

  @Override
  public ContrastiveHead create(ModelContext model, Options options) {
    String negatives = options.choice("negatives", ALL, List.of(ALL, IN_BATCH, OWN));
    double beta = options.number("beta", 9, 0, 100); // α of Lan et al.
    return new Hardness(
        model.head("simcse", options.only("mlp")),
        negatives.equals(OWN) ? 0 : beta,
        negatives.equals(IN_BATCH) ? 0 : beta,
        options.positive("temperature", 0.05));
  }

  /**
   * The head.
   *
   * @param others β of the negatives of other rows
   * @param own β of a row's own hard negatives
   */
  private record Hardness(ContrastiveHead simcse, double others, double own, double temperature)
      implements ContrastiveHead {
    @Override
    public Tensor project(ForwardPass pass, Tensor pooled) {
      return simcse.project(pass, pooled);
    }

    @Override
    public LossTerms loss(ForwardPass pass, Views views) {
      Dim rows = views.anchors().dim(0);
      Dim each = views.hardNegatives().dim(1);
      Tensor self = pass.iota(rows).oneHot(rows); // [N, N]
      List<Tensor> logits = Similarities.logits(views, temperature);
      for (int i = 0; i < logits.size(); i++) {
        Tensor block = logits.get(i);
        Tensor cosines = block.stopGradient().mul(temperature);
        Tensor weights = cosines.mul(others); // logarithms
        if (i == 0) {
          weights = weights.sub(weights.mul(self));
        } else if (i == 1 && !each.is(0)) {
          Tensor mine = self.unsqueeze(-1).broadcastTo(self.unsqueeze(-1).shape().with(2, each));
          Tensor change = cosines.mul(own - others);
          weights = weights.add(change.mul(mine.reshape(rows, rows.times(each))));
        }
        logits.set(i, block.add(weights));
      }
      Tensor all = Tensor.concat(1, logits);
      return LossTerms.of("contrastive", all.crossEntropy(pass.iota(rows)).mean());
    }
  }
}
