package org.simcse.core.train.step;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.simcse.api.DistributedGather;
import org.simcse.api.TokenSequence;
import org.simcse.api.engine.Backend;
import org.simcse.api.engine.GradientBuffer;
import org.simcse.api.engine.Optimizer;
import org.simcse.api.engine.Program;
import org.simcse.api.error.InvalidInputException;
import org.simcse.api.tensor.HostTensor;

/**
 * Computes the loss of a step and its gradient: in one program if one rank holds the whole batch in
 * memory, else split between rows and loss. The numbers are the same in either form.
 *
 * <p>Every rank creates its own with an equal model, and calls {@link #compute} as often as the
 * others. Not thread-safe; owns nothing: the backend owns its programs.
 */
public final class ContrastiveStep {
  private final Backend backend;
  private final TrainingModel model;
  private final DistributedGather gather;
  private final StepConfig form;
  private final Traceable fused;
  private final StepMemory memory;
  private final SplitStep split;

  /** Creates a step; the programs of gradients are not traced yet. */
  public ContrastiveStep(
      Backend backend, TrainingModel model, DistributedGather gather, StepConfig form) {
    this.backend = backend;
    this.model = model;
    this.gather = gather;
    this.form = form;
    this.fused = model.fused();
    this.memory = StepMemory.of(backend, model, gather, form);
    this.split = new SplitStep(backend, model, gather, form, memory);
  }

  /** Returns what the head carries from step to step. */
  public StepMemory memory() {
    return memory;
  }

  /**
   * Computes one step; the result is the same on every rank.
   *
   * @param batch this rank's rows; ranks may bring different numbers of rows, or none, as the last
   *     batch of an epoch does
   * @param seed what dropout draws from, the same on every rank
   * @param into receives the gradient; its content is overwritten
   * @return {@value TrainingModel#LOSS} and every term, unweighted, by name
   * @throws InvalidInputException if the batch does not fit this model, or no rank has a row
   */
  public Map<String, Double> compute(TrainingBatch batch, long seed, GradientBuffer into) {
    check(batch);
    into.zero();
    return accumulate(batch, seed, into);
  }

  private Map<String, Double> accumulate(TrainingBatch batch, long seed, GradientBuffer into) {
    RankCounts ranks = reach(batch);
    List<MicroBatch> parts = MicroBatch.cut(model, batch, ranks, form.microBatch());
    if (isWhole(batch)) {
      Map<String, HostTensor> inputs = inputs(parts.get(0), batch, ranks);
      long own = form.seed(seed, parts.get(0).first());
      return memory.values(fused.on(backend).valueAndGradients(inputs, own, into).outputs());
    }
    return split.accumulate(batch, parts, ranks, seed, into);
  }

  /**
   * One of the batches of a step.
   *
   * @param batch as for {@link #compute}
   * @param seed as for {@link #compute}
   */
  public record Seeded(TrainingBatch batch, long seed) {}

  /**
   * Computes one step, clips its gradient and updates the parameters, and then their averages if
   * the head reads any; they are the same on every rank afterwards.
   *
   * @param batches one, or several whose gradients are averaged
   * @param scratch a buffer, whose content is overwritten
   * @param update the optimizer
   * @param numbers the optimizer's hyperparameters for this step
   * @param maxNorm see {@link GradientBuffer#clip}
   * @throws InvalidInputException as {@link #compute} does; no parameter has changed then
   * @throws IllegalStateException if there are several batches and other ranks: their values would
   *     be summed too
   */
  public Result step(
      List<Seeded> batches,
      GradientBuffer scratch,
      Optimizer update,
      Map<String, Double> numbers,
      double maxNorm) {
    batches.forEach(one -> check(one.batch()));
    if (gather.worldSize() > 1 && batches.size() > 1) {
      throw new IllegalStateException("Gradients are accumulated on a single rank only.");
    }
    Result result = update(batches, scratch, update, numbers, maxNorm);
    memory.stepped();
    return result;
  }

  private Result update(
      List<Seeded> batches,
      GradientBuffer scratch,
      Optimizer update,
      Map<String, Double> numbers,
      double maxNorm) {
    TrainingBatch batch = batches.get(0).batch();
    if (batches.size() == 1 && isWhole(batch)) {
      RankCounts ranks = reach(batch);
      MicroBatch whole = MicroBatch.cut(model, batch, ranks, form.microBatch()).get(0);
      long seed = form.seed(batches.get(0).seed(), whole.first());
      Map<String, HostTensor> inputs = inputs(whole, batch, ranks);
      Program.Step step = fused.on(backend).step(inputs, seed, scratch, update, numbers, maxNorm);
      return new Result(memory.values(step.outputs()), step.gradientNorm());
    }
    Map<String, Double> terms = new LinkedHashMap<>();
    double norm =
        update.step(scratch, () -> terms.putAll(average(batches, scratch)), numbers, maxNorm);
    return new Result(terms, norm);
  }

  /** Stores the average of the batches' gradients in {@code into}, which is empty. */
  private Map<String, Double> average(List<Seeded> batches, GradientBuffer into) {
    Map<String, Double> terms = new LinkedHashMap<>();
    for (Seeded one : batches) {
      accumulate(one.batch(), one.seed(), into)
          .forEach((name, value) -> terms.merge(name, value / batches.size(), Double::sum));
    }
    if (batches.size() > 1) {
      into.scale(1.0 / batches.size());
    }
    return terms;
  }

  /**
   * The result of {@link #step}.
   *
   * @param terms {@value TrainingModel#LOSS} and every term, unweighted, before the update
   * @param gradientNorm of all gradients together, before clipping
   */
  public record Result(Map<String, Double> terms, double gradientNorm) {}

  private RankCounts reach(TrainingBatch batch) {
    return RankCounts.reach(model, batch, gather, form.reduction());
  }

  /** Returns whether this rank has all rows, and they are one micro-batch. */
  private boolean isWhole(TrainingBatch batch) {
    return gather.worldSize() == 1 && batch.sequences().size() / model.views() <= form.microBatch();
  }

  private Map<String, HostTensor> inputs(MicroBatch whole, TrainingBatch batch, RankCounts ranks) {
    Map<String, HostTensor> inputs = whole.inputs();
    inputs.putAll(model.columns().of(batch, ranks.own()));
    inputs.putAll(memory.inputs(batch, ranks));
    return inputs;
  }

  private void check(TrainingBatch batch) {
    List<TokenSequence> sequences = batch.sequences();
    if (sequences.size() % model.views() != 0) {
      throw new InvalidInputException(
          "The batch has %d sequences, which makes no whole rows of %d texts."
              .formatted(sequences.size(), model.views()));
    }
    model.columns().check(batch, sequences.size() / model.views());
    List<String> names = model.auxiliaries().stream().map(Auxiliary::name).sorted().toList();
    if (!names.equals(batch.auxiliary().keySet().stream().sorted().toList())) {
      throw new InvalidInputException(
          "The batch has data for the terms %s, but the model has the terms %s."
              .formatted(batch.auxiliary().keySet(), names));
    }
  }
}
