package org.simcse.tests.mutants;

import static org.simcse.tests.mutants.RuleRunner.assertCaught;

import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.simcse.api.Column;
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
import org.simcse.tests.ContrastiveHeadConformance;

/** Heads with a fault that people have made; each is caught by the rule meant for it. */
class HeadMutantTest {
  @Test
  void temperatureSquared() {
    assertCaught(
        Squared.class, "H-05", "the term contrastive at temperature 0.5", "should be 0.126");
  }

  @Test
  void hardNegativeWeightOnAllNegatives() {
    assertCaught(
        WeightOnAll.class,
        "H-06",
        "the loss with a hard-negative-weight of -100 where a row's hard negative is another row's anchor");
  }

  @Test
  void mlpSkippedInTraining() {
    assertCaught(
        Skipping.class, "H-11", "the projection with mlp=train-only while training", "should be");
  }

  @Test
  void vectorsOfDifferentColumnsMultiplied() {
    assertCaught(TwoWidths.class, "H-14", "K_mine and K_yours");
  }

  /** Makes SimCSE's head, and spoils it. */
  private record Spoiled(UnaryOperator<SimCseHead> change, UnaryOperator<ContrastiveHead> wrap)
      implements HeadProvider {
    @Override
    public String name() {
      return "mutant";
    }

    @Override
    public String description() {
      return "a mutant of simcse";
    }

    @Override
    public ContrastiveHead create(ModelContext model, Options options) {
      return wrap.apply(change.apply((SimCseHead) new SimCseHeadProvider().create(model, options)));
    }
  }

  static class Squared extends ContrastiveHeadConformance {
    @Override
    protected HeadProvider provider() {
      return new Spoiled(
          head ->
              new SimCseHead(
                  head.mlp(), head.temperature() * head.temperature(), head.hardNegativeWeight()),
          head -> head);
    }
  }

  static class WeightOnAll extends ContrastiveHeadConformance {
    @Override
    protected HeadProvider provider() {
      return new Spoiled(head -> head, head -> new WeightsEveryNegative((SimCseHead) head));
    }
  }

  static class Skipping extends ContrastiveHeadConformance {
    @Override
    protected HeadProvider provider() {
      return new Spoiled(head -> head, SkipsMlpInTraining::new);
    }
  }

  static class TwoWidths extends ContrastiveHeadConformance {
    @Override
    protected HeadProvider provider() {
      return new Spoiled(head -> head, MultipliesColumns::new);
    }
  }

  /** Multiplies two columns as if they had one width, as they have by chance in the other rules. */
  private record MultipliesColumns(ContrastiveHead head) implements ContrastiveHead {
    @Override
    public Tensor project(ForwardPass pass, Tensor pooled) {
      return head.project(pass, pooled);
    }

    @Override
    public List<Column> columns() {
      return List.of(Column.vector("mine"), Column.vector("yours"));
    }

    @Override
    public LossTerms loss(ForwardPass pass, Views views) {
      Tensor product = views.column("mine").matmul(views.column("yours"), false, true);
      return LossTerms.of("contrastive", head.loss(pass, views).total().add(product.mean().mul(0)));
    }
  }

  /** Adds the weight to the hard negatives of all rows, as if the block had no diagonal. */
  private record WeightsEveryNegative(SimCseHead head) implements ContrastiveHead {
    @Override
    public Tensor project(ForwardPass pass, Tensor pooled) {
      return head.project(pass, pooled);
    }

    @Override
    public LossTerms loss(ForwardPass pass, Views views) {
      Dim rows = views.anchors().dim(0);
      Dim hard = rows.times(views.hardNegatives().dim(1));
      Dim extra = views.extraNegatives().dim(0);
      Tensor logits = new SimCseHead(head.mlp(), head.temperature(), 0).logits(pass, views);
      Tensor weighted =
          Tensor.concat(
              1,
              List.of(
                  logits.slice(1, Dim.of(0), rows),
                  logits.slice(1, rows, hard).add(head.hardNegativeWeight()),
                  logits.slice(1, rows.plus(hard), extra)));
      return LossTerms.of("contrastive", weighted.crossEntropy(pass.iota(rows)).mean());
    }
  }

  /** Takes the mode `train-only` for its contrary. */
  private record SkipsMlpInTraining(ContrastiveHead head) implements ContrastiveHead {
    @Override
    public Tensor project(ForwardPass pass, Tensor pooled) {
      return pass.training() ? pooled : head.project(pass, pooled);
    }

    @Override
    public LossTerms loss(ForwardPass pass, Views views) {
      return head.loss(pass, views);
    }
  }
}
