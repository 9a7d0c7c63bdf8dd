package org.simcse.plugins.esimcse;

import java.util.List;
import java.util.OptionalDouble;
import org.simcse.api.ContrastiveHead;
import org.simcse.api.LossTerms;
import org.simcse.api.Views;
import org.simcse.api.spi.HeadProvider;
import org.simcse.api.spi.ModelContext;
import org.simcse.api.spi.Options;
import org.simcse.api.tensor.ForwardPass;
import org.simcse.api.tensor.Tensor;

/**
 * SimCSE's loss with further negatives: the anchors of previous steps, as a momentum encoder sees
 * them (Wu et al. 2022, "ESimCSE: Enhanced Sample Building Method for Contrastive Learning of
 * Unsupervised Sentence Embedding", equations 5 and 6). The positives of that paper are those of
 * {@code --views word-repetition}. The averages include the MLP, as in MoCo; in the paper's code
 * the momentum encoder shares that of the encoder in training.
 */
public final class EsimcseHeadProvider implements HeadProvider {
  @Override
  public String name() {
    return "esimcse";
  }

  @Override
  public String description() {
    return "simcse's loss with the anchors of previous steps as negatives, queue=160 vectors of a momentum encoder with momentum=0.995; takes simcse's options";
  }

  @Override
  public ContrastiveHead create(ModelContext model, Options options) {
    return new Esimcse(
        model.head("simcse", options.without("queue", "momentum")),
        options.integer("queue", 160, 1, 1_000_000),
        options.number("momentum", 0.995, 0, Math.nextDown(1.0)));
  }

  private record Esimcse(ContrastiveHead simcse, int keptRows, double momentum)
      implements ContrastiveHead {
    @Override
    public Tensor project(ForwardPass pass, Tensor pooled) {
      return simcse.project(pass, pooled);
    }

    @Override
    public OptionalDouble averaging() {
      return OptionalDouble.of(momentum);
    }

    @Override
    public LossTerms loss(ForwardPass pass, Views views) {
      Tensor queue = views.kept();
      Tensor negatives = Tensor.concat(0, List.of(views.extraNegatives(), queue));
      Views queued =
          views.with(views.anchors(), views.positives(), views.hardNegatives(), negatives);
      return simcse.loss(pass, queued).keeping(Tensor.concat(0, List.of(views.averaged(), queue)));
    }
  }
}
