package example;

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
 * Provides the head {@code margin}: cross entropy in which a positive must beat the other rows'
 * positives by a margin (Yang et al. 2019, "Improving multilingual sentence embedding using
 * bi-directional dual encoder with additive margin softmax", equation 4).
 */
public final class MarginHeadProvider implements HeadProvider {
  @Override
  public String name() {
    return "margin";
  }

  @Override
  public String description() {
    return "cross entropy with an additive margin; margin=0.3, temperature=0.05, mlp";
  }

  @Override
  public ContrastiveHead create(ModelContext model, Options options) {
    return new Margin(
        model.head("simcse", options.only("mlp")), // for its projection
        options.number("margin", 0.3, 0, 1),
        options.positive("temperature", 0.05));
  }

  private record Margin(ContrastiveHead simcse, double margin, double temperature)
      implements ContrastiveHead {
    private static final double EPS = 1e-8;

    @Override
    public Tensor project(ForwardPass pass, Tensor pooled) {
      return simcse.project(pass, pooled);
    }

    @Override
    public LossTerms loss(ForwardPass pass, Views views) {
      Dim rows = views.anchors().dim(0); // N
      Tensor anchors = views.anchors().normalize(-1, EPS);
      Tensor hard = views.hardNegatives(); // [N, K, P]
      Tensor candidates =
          Tensor.concat(
              0,
              List.of(
                  views.positives(),
                  hard.reshape(rows.times(hard.dim(1)), hard.dim(2)),
                  views.extraNegatives())); // [N + N*K + Q, P]
      Tensor cosines = anchors.matmul(candidates.normalize(-1, EPS), false, true);
      Tensor own = pass.iota(rows).oneHot(cosines.dim(1)); // the positives come first
      Tensor logits = cosines.add(own.mul(-margin)).div(temperature);
      return LossTerms.of("contrastive", logits.crossEntropy(pass.iota(rows)).mean());
    }
  }
}
