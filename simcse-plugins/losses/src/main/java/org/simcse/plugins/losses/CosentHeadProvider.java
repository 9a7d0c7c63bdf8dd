package org.simcse.plugins.losses;

import static org.simcse.plugins.losses.Similarities.EPS;

import java.util.List;
import org.simcse.api.Column;
import org.simcse.api.ContrastiveHead;
import org.simcse.api.LossTerms;
import org.simcse.api.Views;
import org.simcse.api.error.InvalidInputException;
import org.simcse.api.spi.HeadProvider;
import org.simcse.api.spi.ModelContext;
import org.simcse.api.spi.Options;
import org.simcse.api.tensor.ForwardPass;
import org.simcse.api.tensor.Tensor;

/**
 * CoSENT (Su 2022, "CoSENT: a more efficient sentence vector scheme than Sentence-BERT", equation
 * 6): of two rows, the one with the larger score should have the larger cosine of anchor and
 * positive.
 */
public final class CosentHeadProvider implements HeadProvider {
  @Override
  public String name() {
    return "cosent";
  }

  @Override
  public String description() {
    return "log(1 + sum of e^((cos j - cos i) / temperature) over rows i of a larger score than j); reads the column score; mlp, temperature";
  }

  @Override
  public ContrastiveHead create(ModelContext model, Options options) {
    return new Cosent(
        model.head("simcse", options.only("mlp")), options.positive("temperature", 0.05));
  }

  private record Cosent(ContrastiveHead simcse, double temperature) implements ContrastiveHead {
    @Override
    public Tensor project(ForwardPass pass, Tensor pooled) {
      return simcse.project(pass, pooled);
    }

    @Override
    public List<Column> columns() {
      return List.of(Column.SCORE);
    }

    @Override
    public LossTerms loss(ForwardPass pass, Views views) {
      if (!views.hardNegatives().dim(1).is(0) || !views.extraNegatives().dim(0).is(0)) {
        throw new InvalidInputException("The head 'cosent' takes pairs and no hard negatives.");
      }
      Tensor cosines =
          views.anchors().normalize(-1, EPS).mul(views.positives().normalize(-1, EPS)).sum(1);
      return LossTerms.of(
          "cosent", Similarities.ranking(pass, cosines.div(temperature), views.scores()));
    }
  }
}
