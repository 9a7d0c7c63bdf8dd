package org.simcse.tests;

import org.simcse.api.ContrastiveHead;
import org.simcse.api.LossTerms;
import org.simcse.api.Views;
import org.simcse.api.spi.HeadProvider;
import org.simcse.api.spi.ModelContext;
import org.simcse.api.spi.Options;
import org.simcse.api.tensor.Dim;
import org.simcse.api.tensor.ForwardPass;
import org.simcse.api.tensor.Tensor;
import org.simcse.core.builtin.SimCseHead;
import org.simcse.core.builtin.SimCseHeadProvider;

/** A head whose loss is another than simcse's states what it must be: here an additive margin. */
class MarginHeadConformanceTest extends ContrastiveHeadConformance {
  private static final double MARGIN = 0.2;

  @Override
  protected HeadProvider provider() {
    return new Provider();
  }

  @Override
  protected double expectedLoss(double temperature) {
    return Math.log1p(Math.exp(-(1 - MARGIN) / temperature));
  }

  private static final class Provider implements HeadProvider {
    @Override
    public String name() {
      return "margin";
    }

    @Override
    public String description() {
      return "simcse with a margin of 0.2";
    }

    @Override
    public ContrastiveHead create(ModelContext model, Options options) {
      return new Margin((SimCseHead) new SimCseHeadProvider().create(model, options));
    }
  }

  private record Margin(SimCseHead head) implements ContrastiveHead {
    @Override
    public Tensor project(ForwardPass pass, Tensor pooled) {
      return head.project(pass, pooled);
    }

    @Override
    public LossTerms loss(ForwardPass pass, Views views) {
      Tensor logits = head.logits(pass, views);
      Dim rows = logits.dim(0);
      Tensor own = pass.iota(rows).oneHot(logits.dim(1)); // the positives come first
      Tensor lessened = logits.add(own.mul(-MARGIN / head.temperature()));
      return LossTerms.of("contrastive", lessened.crossEntropy(pass.iota(rows)).mean());
    }
  }
}
