package org.simcse.core.train.step;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.simcse.api.DistributedGather;
import org.simcse.api.engine.Backend;
import org.simcse.api.engine.Capability;
import org.simcse.api.engine.GradientBuffer;
import org.simcse.api.engine.Program;
import org.simcse.api.engine.Tape;
import org.simcse.api.tensor.HostTensor;

/**
 * The form of a step whose rows are in several micro-batches or on several ranks: vectors of all
 * rows, the loss across them, then each row's share of its gradient.
 *
 * <p>A single micro-batch is recorded on a tape between the two passes, if the engine has tapes.
 * Several do not fit into memory together, which is what they are for: each is computed twice.
 */
final class SplitStep {
  private final Backend backend;
  private final TrainingModel model;
  private final DistributedGather gather;
  private final StepConfig form;
  private final StepMemory memory;
  private final Traceable recorded;
  private final Traceable rows;
  private final Traceable loss;
  private final Traceable pullback;

  SplitStep(
      Backend backend,
      TrainingModel model,
      DistributedGather gather,
      StepConfig form,
      StepMemory memory) {
    this.backend = backend;
    this.model = model;
    this.gather = gather;
    this.form = form;
    this.memory = memory;
    this.recorded = model.recorded();
    this.rows = model.rows();
    this.loss = model.loss();
    this.pullback = model.pullback();
  }

  /** Adds the gradient of a step to {@code into} and returns its terms. */
  Map<String, Double> accumulate(
      TrainingBatch batch,
      List<MicroBatch> parts,
      RankCounts ranks,
      long seed,
      GradientBuffer into) {
    if (parts.size() > 1 || backend.lacks().contains(Capability.TAPES)) {
      List<HostTensor> projected = new ArrayList<>();
      parts.forEach(part -> projected.add(project(part, seed)));
      return across(
          batch,
          parts,
          projected,
          ranks,
          seed,
          into,
          upstream -> pull(parts, upstream, seed, into));
    }
    MicroBatch part = parts.get(0);
    try (Tape tape = recorded.on(backend).record(part.inputs(), form.seed(seed, part.first()))) {
      HostTensor projected = TrainingModel.named(tape.outputs(), TrainingModel.PROJECTED);
      return across(
          batch,
          parts,
          List.of(projected),
          ranks,
          seed,
          into,
          upstream -> pull(tape, part, upstream, into));
    }
  }

  private HostTensor project(MicroBatch part, long seed) {
    Map<String, HostTensor> outputs =
        rows.on(backend).run(part.texts(), form.seed(seed, part.first()));
    return TrainingModel.named(outputs, TrainingModel.PROJECTED);
  }

  /**
   * Computes the loss across the rows of all ranks, and the gradients of this rank's.
   *
   * @param projected the vectors of each part's rows
   * @param pulling adds to the buffer what follows from the loss's gradient with respect to all
   *     rows, {@code [N, V, P]}, and returns the sums of the auxiliary terms
   */
  private Map<String, Double> across(
      TrainingBatch batch,
      List<MicroBatch> parts,
      List<HostTensor> projected,
      RankCounts ranks,
      long seed,
      GradientBuffer into,
      Function<HostTensor, double[]> pulling) {
    HostTensor own = padded(parts, projected, ranks);
    HostTensor all = ranks.gathered(own, model.views(), gather);
    Map<String, HostTensor> inputs = model.columns().gathered(batch, ranks, gather);
    inputs.putAll(memory.inputs(batch, ranks));
    inputs.put(TrainingModel.PROJECTED, all);
    Program.Results across = loss.on(backend).valueAndGradients(inputs, seed, into);
    if (form.reduction() == GradientReduction.SUM && gather.worldSize() > 1) {
      // The buffer holds the gradients of the loss's own parameters, which every rank computes.
      into.scale(1.0 / gather.worldSize());
    }
    double[] auxiliaries =
        pulling.apply(TrainingModel.named(across.inputGradients(), TrainingModel.PROJECTED));
    if (gather.worldSize() > 1) {
      reduce(into, auxiliaries, all);
    }
    return terms(across.outputs(), auxiliaries);
  }

  /** Returns this rank's rows, padded with zeros to the largest rank's: {@code [B, P]}. */
  private HostTensor padded(List<MicroBatch> parts, List<HostTensor> projected, RankCounts ranks) {
    HostTensor example = projected.get(0);
    long width = example.shape()[1];
    int row = Math.toIntExact(model.views() * width);
    HostTensor own = HostRows.zeros(example, (long) ranks.largest() * model.views(), width);
    for (int i = 0; i < parts.size(); i++) {
      MicroBatch part = parts.get(i);
      HostRows.copy(projected.get(i), 0, own, part.from() * row, part.rows() * row);
    }
    return own;
  }

  private double[] pull(Tape tape, MicroBatch part, HostTensor upstream, GradientBuffer into) {
    Map<String, HostTensor> weights = new HashMap<>();
    weights.put(TrainingModel.PROJECTED, share(part, upstream));
    for (Auxiliary auxiliary : model.auxiliaries()) {
      HostTensor weight = HostRows.zeros(upstream);
      HostRows.add(weight, 0, auxiliary.weight());
      weights.put(auxiliary.name(), weight);
    }
    tape.pull(weights, into);
    return auxiliaries(tape.outputs());
  }

  private double[] pull(
      List<MicroBatch> parts, HostTensor upstream, long seed, GradientBuffer into) {
    double[] sums = new double[model.auxiliaries().size()];
    for (MicroBatch part : parts) {
      Map<String, HostTensor> inputs = part.inputs();
      inputs.put(TrainingModel.UPSTREAM, share(part, upstream));
      double[] own =
          auxiliaries(
              pullback
                  .on(backend)
                  .valueAndGradients(inputs, form.seed(seed, part.first()), into)
                  .outputs());
      for (int i = 0; i < sums.length; i++) {
        sums[i] += own[i];
      }
    }
    return sums;
  }

  /** Returns a part's rows of {@code [N, V, P]}: {@code [B, P]}; those of a placeholder are 0. */
  private HostTensor share(MicroBatch part, HostTensor upstream) {
    long width = upstream.shape()[2];
    int row = Math.toIntExact(model.views() * width);
    long sequences = TrainingModel.named(part.texts(), "ids").shape()[0];
    HostTensor own = HostRows.zeros(upstream, sequences, width);
    HostRows.copy(upstream, part.first() * row, own, 0, part.rows() * row);
    return own;
  }

  private double[] auxiliaries(Map<String, HostTensor> outputs) {
    return model.auxiliaries().stream()
        .mapToDouble(term -> TrainingModel.named(outputs, term.name()).at(0))
        .toArray();
  }

  /** Reduces gradients and auxiliary sums over all ranks. */
  private void reduce(GradientBuffer into, double[] auxiliaries, HostTensor precision) {
    HostTensor sums = HostRows.zeros(precision, auxiliaries.length);
    for (int i = 0; i < auxiliaries.length; i++) {
      HostRows.add(sums, i, auxiliaries[i]);
    }
    into.onHost(
        gradients -> {
          List<HostTensor> all = new ArrayList<>(gradients);
          if (auxiliaries.length > 0) {
            all.add(sums);
          }
          gather.allReduceSum(all);
        });
    double share = form.reduction() == GradientReduction.MEAN ? 1.0 / gather.worldSize() : 1;
    for (int i = 0; i < auxiliaries.length; i++) {
      auxiliaries[i] = sums.at(i) * share;
    }
    if (share != 1) {
      into.scale(share);
    }
  }

  private Map<String, Double> terms(Map<String, HostTensor> across, double[] auxiliaries) {
    Map<String, Double> terms = memory.values(across);
    for (int i = 0; i < auxiliaries.length; i++) {
      Auxiliary term = model.auxiliaries().get(i);
      terms.put(term.name(), auxiliaries[i]);
      terms.merge(TrainingModel.LOSS, term.weight() * auxiliaries[i], Double::sum);
    }
    return terms;
  }
}
