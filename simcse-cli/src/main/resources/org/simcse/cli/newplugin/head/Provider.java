package @package@;

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
 * Provides the head {@code @name@}: InfoNCE in which a positive must beat the negatives by a margin
 * (Yang et al. 2019, "Improving multilingual sentence embedding using bi-directional dual encoder
 * with additive margin softmax", equation 4).
 */
public final class @Class@Provider implements HeadProvider {
  @Override
  public String name() {
    return "@name@";
  }

  @Override
  public String description() {
    return "cross entropy with an additive margin; margin=0.3, temperature=0.05, mlp";
  }

  /** An option that is given and not read here is refused, as is a value that does not fit. */
  @Override
  public ContrastiveHead create(ModelContext model, Options options) {
    return new Margin(
        model.head("simcse", options.only("mlp")), // for its projection
        options.number("margin", 0.3, 0, 1),
        options.positive("temperature", 0.05));
  }

  /** A record, so that models with equal options share their programs. */
  private record Margin(ContrastiveHead simcse, double margin, double temperature)
      implements ContrastiveHead {
    private static final double EPS = 1e-8; // a zero vector has the cosine 0

    @Override
    public Tensor project(ForwardPass pass, Tensor pooled) {
      return simcse.project(pass, pooled); // [B, H] to [B, P]
    }

    @Override
    public LossTerms loss(ForwardPass pass, Views views) {
      Dim rows = views.anchors().dim(0); // N
      Tensor anchors = views.anchors().normalize(-1, EPS); // [N, P]
      Tensor hard = views.hardNegatives(); // [N, K, P]
      Tensor candidates =
          Tensor.concat(
              0,
              List.of(
                  views.positives(),
                  hard.reshape(rows.times(hard.dim(1)), hard.dim(2)),
                  views.extraNegatives())); // [N + N*K + Q, P]
      Tensor cosines = anchors.matmul(candidates.normalize(-1, EPS), false, true);
      Tensor own = pass.iota(rows).oneHot(cosines.dim(1)); // row i's positive is candidate i
      Tensor logits = cosines.add(own.mul(-margin)).div(temperature);
      return LossTerms.of("contrastive", logits.crossEntropy(pass.iota(rows)).mean());
    }
  }
}
