package org.simcse.plugins.losses;

import java.util.ArrayList;
import java.util.List;
import org.simcse.api.Column;
import org.simcse.api.ContrastiveHead;
import org.simcse.api.LossTerms;
import org.simcse.api.Views;
import org.simcse.api.spi.HeadProvider;
import org.simcse.api.spi.ModelContext;
import org.simcse.api.spi.Options;
import org.simcse.api.tensor.Dim;
import org.simcse.api.tensor.ElementType;
import org.simcse.api.tensor.ForwardPass;
import org.simcse.api.tensor.Tensor;

/**
 * SimCSE's loss in which rows of the same id are not negatives of each other: the supervised loss
 * of a batch with several rows about one thing, without its false negatives.
 */
public final class SameIdHeadProvider implements HeadProvider {
  private static final double EPS = 1e-8;
  private static final double EXCLUDED = -1e9;

  @Override
  public String name() {
    return "same-id";
  }

  @Override
  public String description() {
    return "simcse's loss without in-batch negatives of the anchor's id; reads the column id; mlp, temperature";
  }

  @Override
  public ContrastiveHead create(ModelContext model, Options options) {
    return new SameId(
        model.head("simcse", options.only("mlp")), options.positive("temperature", 0.05));
  }

  private record SameId(ContrastiveHead simcse, double temperature) implements ContrastiveHead {
    @Override
    public Tensor project(ForwardPass pass, Tensor pooled) {
      return simcse.project(pass, pooled);
    }

    @Override
    public List<Column> columns() {
      return List.of(Column.ID);
    }

    @Override
    public LossTerms loss(ForwardPass pass, Views views) {
      Dim rows = views.anchors().dim(0);
      Tensor anchors = views.anchors().normalize(-1, EPS);
      Tensor ids = views.ids();
      Tensor same = ids.unsqueeze(1).equal(ids.unsqueeze(0)).cast(ElementType.FLOAT); // [N, N]
      Tensor others = same.sub(pass.iota(rows).oneHot(rows));
      Tensor hard = views.hardNegatives(); // [N, K, P]
      List<Tensor> logits = new ArrayList<>();
      logits.add(similarity(anchors, views.positives()).add(others.mul(EXCLUDED)));
      if (!hard.dim(1).is(0)) {
        logits.add(similarity(anchors, hard.reshape(rows.times(hard.dim(1)), hard.dim(2))));
      }
      if (!views.extraNegatives().dim(0).is(0)) {
        logits.add(similarity(anchors, views.extraNegatives()));
      }
      Tensor all = Tensor.concat(1, logits);
      return LossTerms.of("contrastive", all.crossEntropy(pass.iota(rows)).mean());
    }

    private Tensor similarity(Tensor anchors, Tensor candidates) {
      return anchors.matmul(candidates.normalize(-1, EPS), false, true).div(temperature);
    }
  }
}
