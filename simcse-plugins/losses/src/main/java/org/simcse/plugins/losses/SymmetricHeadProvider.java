package org.simcse.plugins.losses;

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
 * SimCSE's loss in both directions: anchors are matched to positives among all negatives, and
 * positives to anchors.
 */
public final class SymmetricHeadProvider implements HeadProvider {
  @Override
  public String name() {
    return "symmetric";
  }

  @Override
  public String description() {
    return "the mean of simcse's loss from anchors to positives and back; takes simcse's options";
  }

  @Override
  public ContrastiveHead create(ModelContext model, Options options) {
    return new Symmetric(model.head("simcse", options));
  }

  private record Symmetric(ContrastiveHead simcse) implements ContrastiveHead {
    @Override
    public Tensor project(ForwardPass pass, Tensor pooled) {
      return simcse.project(pass, pooled);
    }

    @Override
    public LossTerms loss(ForwardPass pass, Views views) {
      Dim none = Dim.of(0);
      Views back =
          views.with(
              views.positives(),
              views.anchors(),
              views.hardNegatives().slice(1, none, none), // negatives of anchors, not of positives
              views.extraNegatives().slice(0, none, none));
      Tensor bothWays = simcse.loss(pass, views).total().add(simcse.loss(pass, back).total());
      return LossTerms.of("contrastive", bothWays.mul(0.5));
    }
  }
}
