package org.simcse.tests.golden;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import org.simcse.api.ContrastiveHead;
import org.simcse.api.DistributedGather;
import org.simcse.api.LossTerms;
import org.simcse.api.TokenSequence;
import org.simcse.api.Views;
import org.simcse.api.engine.Backend;
import org.simcse.api.engine.GradientBuffer;
import org.simcse.api.engine.Optimizer;
import org.simcse.api.tensor.ForwardPass;
import org.simcse.api.tensor.Tensor;
import org.simcse.core.builtin.SimCseHead;
import org.simcse.core.train.step.AdamW;
import org.simcse.core.train.step.ContrastiveStep;
import org.simcse.core.train.step.StepConfig;
import org.simcse.core.train.step.StepMemory;
import org.simcse.core.train.step.TrainingBatch;
import org.simcse.core.train.step.TrainingModel;

/**
 * Steps of a tiny model with a queue of negatives that a momentum encoder fills. The texts, and the
 * losses expected, are those of {@code momentum.py} beside the golden files, which computes them
 * with transformers in double precision.
 */
final class MemorySteps {
  /** The number of rows of a step. */
  static final int ROWS = 3;

  /** The losses of the steps. */
  static final List<Double> LOSSES =
      List.of(0.5902339572966787, 1.4727021353911207, 0.8507015971708357, 0.6354214074753459);

  private static final double RATE = 1e-3;

  private final Backend backend;
  private final ContrastiveStep step;
  private final AdamW rule = AdamW.of(AdamW.Form.TORCH, 0.1);
  private final Optimizer optimizer;
  private final GradientBuffer scratch;
  private int done;

  /** Begins with the golden weights; the backend owns all that is native. */
  MemorySteps(Backend backend, DistributedGather gather, StepConfig form) {
    this.backend = backend;
    TrainingModel model =
        GoldenModel.load("tiny-bert", 3, backend.parameters())
            .training("cls", new Queue(new SimCseHead(true, 0.05, 0)), 2, List.of());
    step = new ContrastiveStep(backend, model, gather, form);
    optimizer = backend.createOptimizer(rule);
    scratch = backend.gradientBuffer();
  }

  /** Returns the loss of the next step, of which this rank has the given rows. */
  double next(int from, int to) {
    List<TokenSequence> texts = new ArrayList<>();
    for (int row = from; row < to; row++) {
      texts.add(text(done, row, 0));
      texts.add(text(done, row, 1));
    }
    done++;
    Map<String, Double> terms =
        step.step(
                List.of(new ContrastiveStep.Seeded(TrainingBatch.of(texts), 1)),
                scratch,
                optimizer,
                rule.at(done, RATE),
                Double.POSITIVE_INFINITY)
            .terms();
    return Objects.requireNonNull(terms.get(TrainingModel.LOSS));
  }

  /** Continues where others are. */
  void restore(MemorySteps others) {
    for (String name : backend.parameters().names()) {
      if (!name.startsWith("averaged.")) {
        backend.parameters().set(name, others.backend.parameters().get(name));
      }
    }
    others.optimizer.names().forEach(name -> optimizer.set(name, others.optimizer.get(name)));
    step.memory().restore(others.memory().state());
    done = others.done;
  }

  StepMemory memory() {
    return step.memory();
  }

  /** The positive has the first word twice. */
  private static TokenSequence text(int step, int row, int view) {
    int words = 2 + (step + row) % 3;
    int[] ids = new int[2 + words + view];
    ids[0] = 2;
    for (int i = 0; i < words + view; i++) {
      ids[1 + i] = 20 + (17 * step + 5 * row + 3 * Math.max(0, i - view)) % 70;
    }
    ids[ids.length - 1] = 3;
    return new TokenSequence(ids, new int[ids.length]);
  }

  /** Keeps the averaged anchors as negatives of the next steps. */
  private record Queue(ContrastiveHead inner) implements ContrastiveHead {
    @Override
    public Tensor project(ForwardPass pass, Tensor pooled) {
      return inner.project(pass, pooled);
    }

    @Override
    public int keptRows() {
      return 4;
    }

    @Override
    public OptionalDouble averaging() {
      return OptionalDouble.of(0.9);
    }

    @Override
    public LossTerms loss(ForwardPass pass, Views views) {
      Views queued =
          views.with(views.anchors(), views.positives(), views.hardNegatives(), views.kept());
      return inner
          .loss(pass, queued)
          .keeping(Tensor.concat(0, List.of(views.averaged(), views.kept())));
    }
  }
}
