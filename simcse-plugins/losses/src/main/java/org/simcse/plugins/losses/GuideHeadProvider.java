package org.simcse.plugins.losses;

import static org.simcse.plugins.losses.Similarities.EPS;
import static org.simcse.plugins.losses.Similarities.EXCLUDED;
import static org.simcse.plugins.losses.Similarities.cosines;

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
 * The loss of Solatorio 2024, "GISTEmbed: Guided In-sample Selection of Training Negatives for Text
 * Embedding Fine-tuning", with the margins of sentence-transformers: beside simcse's negatives, an
 * anchor counts against the other anchors, and its positive against the other positives; what a
 * guide model holds for more alike than the anchor and its positive is left out.
 */
public final class GuideHeadProvider implements HeadProvider {
  private static final Column ANCHOR = Column.vector("guide_anchor", "guide");
  private static final Column POSITIVE = Column.vector("guide_positive", "guide");
  private static final Column NEGATIVE = Column.vector("guide_negative", "guide");

  @Override
  public String name() {
    return "guide";
  }

  @Override
  public String description() {
    return "GISTEmbed: a loss without the negatives that a guide model holds for nearer than the positive, less margin=0, margin-strategy=absolute or relative; reads the columns guide_anchor and guide_positive, vectors, and guide_negative if hard-negatives=guided instead of all; mlp, temperature";
  }

  @Override
  public ContrastiveHead create(ModelContext model, Options options) {
    return new Guide(
        model.head("simcse", options.only("mlp")),
        options.positive("temperature", 0.05),
        options.number("margin", 0, 0, 2),
        options.choice("margin-strategy", "absolute", List.of("absolute", "relative")),
        options.choice("hard-negatives", "all", List.of("all", "guided")).equals("guided"));
  }

  private record Guide(
      ContrastiveHead simcse, double temperature, double margin, String strategy, boolean guided)
      implements ContrastiveHead {
    @Override
    public Tensor project(ForwardPass pass, Tensor pooled) {
      return simcse.project(pass, pooled);
    }

    @Override
    public List<Column> columns() {
      return guided ? List.of(ANCHOR, POSITIVE, NEGATIVE) : List.of(ANCHOR, POSITIVE);
    }

    @Override
    public LossTerms loss(ForwardPass pass, Views views) {
      Dim rows = views.anchors().dim(0);
      Tensor self = pass.iota(rows).oneHot(rows); // [N, N]
      Tensor anchors = views.column(ANCHOR.name()).normalize(-1, EPS);
      Tensor positives = views.column(POSITIVE.name()).normalize(-1, EPS);
      Tensor pairs = anchors.matmul(positives, false, true); // [N, N]
      Tensor own = pairs.mul(self).sum(1, true); // [N, 1]
      Tensor slack = own.maximum(own.neg()).mul(strategy.equals("relative") ? margin : 0);
      Tensor bar = own.sub(slack).sub(strategy.equals("absolute") ? margin : 0);
      List<Tensor> logits = Similarities.logits(views, temperature);
      Tensor others = self.neg().add(1);
      logits.set(0, logits.get(0).add(left(pairs, bar).mul(others)));
      if (guided) {
        if (!views.hardNegatives().dim(1).is(1)) {
          throw new InvalidInputException(
              "The head guide reads one vector guide_negative of each row, but a row has %s hard negatives; leave out hard-negatives=guided."
                  .formatted(views.hardNegatives().dim(1)));
        }
        Tensor negatives = views.column(NEGATIVE.name()).normalize(-1, EPS);
        logits.set(1, logits.get(1).add(left(anchors.matmul(negatives, false, true), bar)));
      }
      // A text is no negative of itself, also where the guide holds a pair for equal.
      Tensor itself = self.mul(EXCLUDED);
      logits.add(
          cosines(views.anchors()).div(temperature).add(left(cosines(anchors), bar)).add(itself));
      logits.add(
          cosines(views.positives())
              .div(temperature)
              .add(left(cosines(positives), bar))
              .add(itself));
      Tensor all = Tensor.concat(1, logits);
      return LossTerms.of("contrastive", all.crossEntropy(pass.iota(rows)).mean());
    }

    /** Returns what to add to logits, {@link Similarities#EXCLUDED} where a cosine is above. */
    private static Tensor left(Tensor cosines, Tensor bar) {
      return cosines.greater(bar).cast(ElementType.FLOAT).mul(EXCLUDED);
    }
  }
}
