package org.simcse.plugins.losses;

import static org.simcse.plugins.losses.Similarities.EXCLUDED;
import static org.simcse.plugins.losses.Similarities.cosines;

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
import org.simcse.api.tensor.ForwardPass;
import org.simcse.api.tensor.Tensor;

/**
 * Another head's loss, and the ranking of a teacher: the other anchors of the batch are to have the
 * cosines with an anchor that their vectors of another model have (Liu et al. 2023, "RankCSE", with
 * ListNet). The term is ListNet's cross entropy less the teacher's entropy, which is constant, so
 * that 0 is its minimum.
 */
public final class DistillHeadProvider implements HeadProvider {
  private static final Column TEACHER = Column.vector("teacher");

  @Override
  public String name() {
    return "distill";
  }

  @Override
  public String description() {
    return "a head's loss and weight=1 times the divergence from a teacher's cosines of the batch; reads the column teacher, a vector; teacher-temperature, inner=simcse, and the options of that";
  }

  @Override
  public ContrastiveHead create(ModelContext model, Options options) {
    Options others = options.without("weight", "teacher-temperature", "inner");
    double temperature = options.positive("temperature", 0.05);
    return new Distill(
        model.head(options.text("inner", "simcse"), others),
        options.number("weight", 1, 0, 1000),
        temperature,
        options.positive("teacher-temperature", temperature / 2));
  }

  private record Distill(
      ContrastiveHead inner, double weight, double temperature, double teacherTemperature)
      implements ContrastiveHead {
    @Override
    public Tensor project(ForwardPass pass, Tensor pooled) {
      return inner.project(pass, pooled);
    }

    @Override
    public List<Column> columns() {
      List<Column> columns = new ArrayList<>(inner.columns());
      columns.add(TEACHER);
      return columns;
    }

    @Override
    public LossTerms loss(ForwardPass pass, Views views) {
      Dim rows = views.anchors().dim(0);
      Tensor self = pass.iota(rows).oneHot(rows).mul(EXCLUDED); // [N, N]
      Tensor student = cosines(views.anchors()).div(temperature).add(self);
      Tensor teacher = cosines(views.column(TEACHER.name())).div(teacherTemperature).add(self);
      Tensor gap = teacher.logSoftmax(1).sub(student.logSoftmax(1));
      List<LossTerms.Term> terms = new ArrayList<>(inner.loss(pass, views).terms());
      terms.add(new LossTerms.Term("distill", weight, teacher.softmax(1).mul(gap).sum(1).mean()));
      return new LossTerms(terms);
    }
  }
}
