package org.simcse.tests.golden;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.simcse.api.AuxiliaryLoss;
import org.simcse.api.Column;
import org.simcse.api.ContrastiveHead;
import org.simcse.api.Encoder;
import org.simcse.api.LossTerms;
import org.simcse.api.TokenBatch;
import org.simcse.api.TokenSequence;
import org.simcse.api.Views;
import org.simcse.api.tensor.ElementType;
import org.simcse.api.tensor.ForwardPass;
import org.simcse.api.tensor.Initializer;
import org.simcse.api.tensor.Shape;
import org.simcse.api.tensor.Tensor;
import org.simcse.core.builtin.SimCseHead;
import org.simcse.core.train.step.Auxiliary;
import org.simcse.core.train.step.AuxiliaryData;
import org.simcse.core.train.step.TrainingBatch;

/** Heads, terms and batches in which every part of a step matters. */
final class StepSamples {
  /** The name of the parameter that only the loss has. */
  static final String SCALE = "similarity.scale";

  private static final int CLASSES = 7;

  /** Token-level classification, like masked language modelling. */
  static final Auxiliary PROBE = new Auxiliary("probe", 0.3, new Probe());

  private StepSamples() {}

  /** A loss with its own parameter: similarities are scaled by a learned factor. */
  record LearnedScale(SimCseHead head) implements ContrastiveHead {
    @Override
    public Tensor project(ForwardPass pass, Tensor pooled) {
      return head.project(pass, pooled);
    }

    @Override
    public LossTerms loss(ForwardPass pass, Views projected) {
      Tensor scale = pass.parameter(SCALE, Shape.of(1), Initializer.ones());
      Tensor logits = head.logits(pass, projected).mul(scale);
      return LossTerms.of(
          "contrastive", logits.crossEntropy(pass.iota(projected.anchors().dim(0))).mean());
    }
  }

  private static final Column GUIDE = Column.vector("guide");

  /**
   * Another head's loss and a term that reads columns: the product of anchor and positive, times
   * the row's score, times the number of rows of its id, times the first number of its guide less
   * the third.
   */
  record WithColumns(ContrastiveHead head) implements ContrastiveHead {
    @Override
    public Tensor project(ForwardPass pass, Tensor pooled) {
      return head.project(pass, pooled);
    }

    @Override
    public List<Column> columns() {
      return List.of(Column.SCORE, GUIDE, Column.ID);
    }

    @Override
    public LossTerms loss(ForwardPass pass, Views projected) {
      Tensor ids = projected.ids();
      Tensor alike = ids.unsqueeze(0).equal(ids.unsqueeze(1)).cast(ElementType.FLOAT).sum(1);
      Tensor products = projected.anchors().mul(projected.positives()).sum(1);
      Tensor guide = projected.column(GUIDE.name()); // [N, 3]
      Tensor guided = guide.select(1, 0).sub(guide.select(1, 2));
      Tensor scored = products.mul(projected.scores()).mul(alike).mul(guided).mean();
      List<LossTerms.Term> terms = new ArrayList<>(head.loss(pass, projected).terms());
      terms.add(new LossTerms.Term("scored", 0.1, scored));
      return new LossTerms(terms);
    }
  }

  private record Probe() implements AuxiliaryLoss {
    @Override
    public Tensor sum(ForwardPass pass, Encoder encoder, TokenBatch batch, Targets targets) {
      Tensor tokens = at(encoder.encode(pass, batch).last(), targets.indices()); // [M, H]
      Tensor weight =
          pass.parameter(
              "probe.weight", Shape.of(encoder.hiddenSize(), CLASSES), Initializer.normal(0.2f));
      return tokens.matmul(weight).crossEntropy(targets.targets()).mul(targets.weights()).sum();
    }
  }

  /** Returns {@code [B, T, H]} at indices in {@code [B*T]}. */
  private static Tensor at(Tensor states, Tensor indices) {
    return states.reshape(states.dim(0).times(states.dim(1)), states.dim(2)).take(indices);
  }

  /** Sequences with changed ids and no, one or two targets for {@link #PROBE}. */
  static TrainingBatch probed(List<TokenSequence> sequences) {
    int[][] ids = new int[sequences.size()][];
    int[][] positions = new int[ids.length][];
    int[][] targets = new int[ids.length][];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = sequences.get(i).ids().clone();
      positions[i] = new int[i % 3];
      targets[i] = new int[i % 3];
      for (int j = 0; j < positions[i].length; j++) {
        positions[i][j] = 1 + j;
        targets[i][j] = (i + 3 * j) % CLASSES;
        ids[i][1 + j] = 100 + i;
      }
    }
    return new TrainingBatch(
        sequences, Map.of(PROBE.name(), new AuxiliaryData(ids, positions, targets)));
  }

  /** Scores, ids that differ only in the last or the first of 48 bits, and guides of 3 numbers. */
  static Map<String, double[]> columns(int rows) {
    double[] scores = new double[rows];
    double[] ids = new double[rows];
    double[] guides = new double[3 * rows];
    for (int i = 0; i < rows; i++) {
      scores[i] = 0.1 + i % 4;
      ids[i] = new double[] {0x1p47, 0x1p47 + 1, 1}[i % 3];
      guides[3 * i] = 1 + 0.25 * i;
      guides[3 * i + 1] = 100;
      guides[3 * i + 2] = 0.5 - 0.125 * i;
    }
    return Map.of(Column.SCORE.name(), scores, Column.ID.name(), ids, GUIDE.name(), guides);
  }

  /** Some rows of a batch. */
  static TrainingBatch rows(TrainingBatch whole, int views, int from, int to) {
    int first = from * views;
    int end = to * views;
    Map<String, AuxiliaryData> data = new HashMap<>();
    whole
        .auxiliary()
        .forEach(
            (name, all) ->
                data.put(
                    name,
                    new AuxiliaryData(
                        Arrays.copyOfRange(all.ids(), first, end),
                        Arrays.copyOfRange(all.positions(), first, end),
                        Arrays.copyOfRange(all.targets(), first, end))));
    Map<String, double[]> columns = new HashMap<>();
    int rows = whole.sequences().size() / views;
    whole
        .columns()
        .forEach(
            (name, all) -> {
              int each = all.length / rows;
              columns.put(name, Arrays.copyOfRange(all, from * each, to * each));
            });
    return new TrainingBatch(whole.sequences().subList(first, end), data, columns);
  }
}
