package org.simcse.plugins.losses;

import java.util.ArrayList;
import java.util.Collections;
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
import org.simcse.api.tensor.ForwardPass;
import org.simcse.api.tensor.Tensor;

/**
 * Another head's loss over several prefixes of the vectors, so that a truncated vector still works
 * (Kusupati et al. 2022, "Matryoshka Representation Learning", equation 1).
 */
public final class MatryoshkaHeadProvider implements HeadProvider {
  @Override
  public String name() {
    return "matryoshka";
  }

  @Override
  public String description() {
    return "the weighted sum of a head's loss over prefixes: dims=384+192+96, weights=1+1+1, inner=simcse, and the options of that";
  }

  @Override
  public ContrastiveHead create(ModelContext model, Options options) {
    List<Double> dims = options.numbers("dims", List.of());
    List<Double> weights = options.numbers("weights", Collections.nCopies(dims.size(), 1.0));
    boolean whole = dims.stream().allMatch(dim -> dim >= 1 && dim % 1 == 0);
    if (dims.isEmpty() || !whole || weights.size() != dims.size()) {
      throw new InvalidInputException(
          "Matryoshka needs whole numbers of at least 1 as dims, as in dims=384+192+96, and as many weights, but has %s and %s."
              .formatted(dims, weights));
    }
    Options others = options.without("dims", "weights", "inner");
    return new Matryoshka(model.head(options.text("inner", "simcse"), others), dims, weights);
  }

  private record Matryoshka(ContrastiveHead inner, List<Double> dims, List<Double> weights)
      implements ContrastiveHead {
    @Override
    public Tensor project(ForwardPass pass, Tensor pooled) {
      return inner.project(pass, pooled);
    }

    @Override
    public List<Column> columns() {
      return inner.columns();
    }

    @Override
    public LossTerms loss(ForwardPass pass, Views views) {
      List<LossTerms.Term> terms = new ArrayList<>();
      for (int i = 0; i < dims.size(); i++) {
        int dim = dims.get(i).intValue();
        double weight = weights.get(i);
        Views cut =
            views.with(
                first(dim, views.anchors()),
                first(dim, views.positives()),
                first(dim, views.hardNegatives()),
                first(dim, views.extraNegatives()));
        for (LossTerms.Term term : inner.loss(pass, cut).terms()) {
          terms.add(
              new LossTerms.Term(term.name() + "/" + dim, weight * term.weight(), term.value()));
        }
      }
      return new LossTerms(terms);
    }

    /** Truncates {@code […, P]} to {@code […, dim]}. */
    private static Tensor first(int dim, Tensor vectors) {
      if (dim > vectors.dim(-1).size()) {
        throw new InvalidInputException(
            "Matryoshka's option dims has %d, but the vectors have %s elements."
                .formatted(dim, vectors.dim(-1)));
      }
      return vectors.slice(-1, Dim.of(0), Dim.of(dim));
    }
  }
}
