package org.simcse.plugins.losses;

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
      Tensor ids = views.ids();
      Tensor same = ids.unsqueeze(1).equal(ids.unsqueeze(0)).cast(ElementType.FLOAT); // [N, N]
      Tensor others = same.sub(pass.iota(rows).oneHot(rows));
      List<Tensor> logits = Similarities.logits(views, temperature);
      logits.set(0, logits.get(0).add(others.mul(Similarities.EXCLUDED)));
      Tensor all = Tensor.concat(1, logits);
      return LossTerms.of("contrastive", all.crossEntropy(pass.iota(rows)).mean());
    }
  }
}
