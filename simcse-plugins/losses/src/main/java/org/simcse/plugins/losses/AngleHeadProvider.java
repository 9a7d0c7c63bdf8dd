package org.simcse.plugins.losses;

import static org.simcse.plugins.losses.Similarities.EPS;

import java.util.ArrayList;
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
 * AnglE (Li and Li 2023, "AnglE-optimized Text Embeddings", arXiv 2309.12871): rows are ranked by
 * an angle in complex space beside their cosine, because the cosine's gradient vanishes near 1 and
 * -1. The order of the angle's differences is that of the authors' code, which equation 3 of the
 * paper reverses; the weights and temperatures are those of its {@code train_nli.py}.
 */
public final class AngleHeadProvider implements HeadProvider {
  /** A limit that no useful weight comes near. */
  private static final double MOST = 1000;

  @Override
  public String name() {
    return "angle";
  }

  @Override
  public String description() {
    return "cosent's loss of cosines (cosine=1) and of angles (angle=1, angle-temperature=1), and simcse's of rows whose score is above positive-above=0 (in-batch=1); reads the column score; mlp, temperature";
  }

  @Override
  public ContrastiveHead create(ModelContext model, Options options) {
    double cosine = options.number("cosine", 1, 0, MOST);
    double inBatch = options.number("in-batch", 1, 0, MOST);
    double angle = options.number("angle", 1, 0, MOST);
    if (cosine + inBatch + angle == 0) {
      throw new InvalidInputException(
          "The options cosine, in-batch and angle of the head 'angle' are all 0, so there is no loss: give one of them a weight.");
    }
    return new Angle(
        model.head("simcse", options.only("mlp")),
        cosine,
        inBatch,
        angle,
        options.positive("temperature", 0.05),
        options.positive("angle-temperature", 1),
        options.number("positive-above", 0));
  }

  private record Angle(
      ContrastiveHead simcse,
      double cosine,
      double inBatch,
      double angle,
      double temperature,
      double angleTemperature,
      double positiveAbove)
      implements ContrastiveHead {
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
      Tensor anchors = views.anchors().normalize(-1, EPS);
      Tensor positives = views.positives().normalize(-1, EPS);
      List<LossTerms.Term> terms = new ArrayList<>();
      if (cosine > 0) {
        Tensor cosines = anchors.mul(positives).sum(1).div(temperature);
        terms.add(
            new LossTerms.Term(
                "cosine", cosine, Similarities.ranking(pass, cosines, views.scores())));
      }
      if (inBatch > 0) {
        terms.add(new LossTerms.Term("contrastive", inBatch, contrastive(pass, views)));
      } else if (!views.hardNegatives().dim(1).is(0) || !views.extraNegatives().dim(0).is(0)) {
        throw new InvalidInputException(
            "The head 'angle' with in-batch=0 takes pairs and no hard negatives.");
      }
      if (angle > 0) {
        Tensor angles = angles(anchors, positives).div(angleTemperature);
        terms.add(
            new LossTerms.Term("angle", angle, Similarities.ranking(pass, angles, views.scores())));
      }
      return new LossTerms(terms);
    }

    /** Returns SimCSE's loss, averaged over the rows whose score makes them positives. */
    private Tensor contrastive(ForwardPass pass, Views views) {
      Tensor logits = Tensor.concat(1, Similarities.logits(views, temperature));
      Tensor matching = views.scores().greater(positiveAbove).cast(ElementType.FLOAT); // [N]
      Tensor each = logits.crossEntropy(pass.iota(views.anchors().dim(0)));
      return each.mul(matching).sum().div(matching.sum().maximum(1));
    }

    /**
     * Returns {@code [N]}: {@code |Σ Re(z/w) + Im(z/w)|} of unit vectors z = a + ib and w = c + id,
     * whose halves are the real and the imaginary parts, where {@code z/w} stands for {@code (ac +
     * bd) + i(bc - ad)}.
     */
    private static Tensor angles(Tensor z, Tensor w) {
      long width = z.dim(1).size();
      if (width % 2 != 0) {
        throw new InvalidInputException(
            "The head 'angle' splits vectors into two halves, but they have %d elements; choose an even number."
                .formatted(width));
      }
      Dim half = Dim.of(width / 2);
      Tensor a = z.slice(1, Dim.of(0), half);
      Tensor b = z.slice(1, half, half);
      Tensor c = w.slice(1, Dim.of(0), half);
      Tensor d = w.slice(1, half, half);
      Tensor sum = a.mul(c.sub(d)).add(b.mul(c.add(d))).sum(1);
      return sum.maximum(sum.neg());
    }
  }
}
