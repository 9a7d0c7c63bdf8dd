package org.simcse.plugins.losses;

import java.util.List;
import org.simcse.api.Column;
import org.simcse.api.ContrastiveHead;
import org.simcse.api.LossTerms;
import org.simcse.api.Views;
import org.simcse.api.error.InvalidInputException;
import org.simcse.api.spi.HeadProvider;
import org.simcse.api.spi.ModelContext;
import org.simcse.api.spi.Options;
import org.simcse.api.tensor.Dim;
import org.simcse.api.tensor.ElementType;
import org.simcse.api.tensor.ForwardPass;
import org.simcse.api.tensor.Tensor;

/**
 * CoSENT (Su 2022, "CoSENT: a more efficient sentence vector scheme than Sentence-BERT", equation
 * 6): of two rows, the one with the larger score should have the larger cosine of anchor and
 * positive.
 */
public final class CosentHeadProvider implements HeadProvider {
  private static final double EPS = 1e-8;
  private static final double EXCLUDED = 1e9;

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
      Tensor wrong = cosines.unsqueeze(0).sub(cosines.unsqueeze(1)).div(temperature); // [i, j]
      Tensor scores = views.scores();
      Tensor ordered = scores.unsqueeze(1).greater(scores.unsqueeze(0)).cast(ElementType.FLOAT);
      Tensor counted = wrong.mul(ordered).add(ordered.add(-1).mul(EXCLUDED));
      Dim pairs = counted.dim(0).times(counted.dim(1));
      Tensor all = counted.reshape(Dim.of(1), pairs); // [1, N*N]
      Tensor zero = pass.iota(Dim.of(1)); // [1]
      // log(1 + sum of e^x) is the cross entropy of the first of the logits 0, x1, x2, ...
      List<Tensor> logits = List.of(zero.cast(ElementType.FLOAT).unsqueeze(0), all);
      return LossTerms.of("cosent", Tensor.concat(1, logits).crossEntropy(zero).mean());
    }
  }
}
