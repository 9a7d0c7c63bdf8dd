package org.simcse.tests.golden;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.simcse.api.AuxiliaryTerm;
import org.simcse.api.ContrastiveHead;
import org.simcse.api.Encoder;
import org.simcse.api.LossTerms;
import org.simcse.api.TokenBatch;
import org.simcse.api.TokenSequence;
import org.simcse.api.Views;
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

  /** A loss with a parameter of its own: similarities are scaled by a learned factor. */
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

  private record Probe() implements AuxiliaryTerm {
    @Override
    public Tensor sum(ForwardPass pass, Encoder encoder, TokenBatch batch, Targets targets) {
      Tensor tokens = at(encoder.encode(pass, batch).last(), targets.indices()); // [M, H]
      Tensor weight =
          pass.parameter(
              "probe.weight", Shape.of(encoder.hiddenSize(), CLASSES), Initializer.normal(0.2f));
      return tokens.matmul(weight).crossEntropy(targets.targets()).mul(targets.weights()).sum();
    }
  }

  /** {@code [B, T, H]} at places in {@code [B*T]}. */
  private static Tensor at(Tensor states, Tensor indices) {
    return states.reshape(states.dim(0).times(states.dim(1)), states.dim(2)).gather(indices);
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
    return new TrainingBatch(whole.sequences().subList(first, end), data);
  }
}
