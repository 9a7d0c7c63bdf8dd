package org.simcse.core.train.step;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.simcse.api.DistributedGather;
import org.simcse.api.TokenSequence;
import org.simcse.api.engine.Backend;
import org.simcse.api.error.CheckpointException;
import org.simcse.api.tensor.HostTensor;
import org.simcse.core.model.PaddedBatch;

/**
 * What a head carries from step to step besides parameters: the vectors that it keeps, and averaged
 * parameters with which it compares. Empty for most heads. The same on every rank. Not thread-safe.
 */
public final class StepMemory {
  private final Backend backend;
  private final TrainingModel model;
  private final DistributedGather gather;
  private final int microBatch;
  private final Optional<ParameterAverage> average;
  private HostTensor kept;

  private StepMemory(
      Backend backend,
      TrainingModel model,
      DistributedGather gather,
      int microBatch,
      Optional<ParameterAverage> average,
      int width) {
    this.backend = backend;
    this.model = model;
    this.gather = gather;
    this.microBatch = microBatch;
    this.average = average;
    this.kept = HostTensor.of(new float[0], 0, width);
  }

  /** Creates the memory of a first step: nothing is kept, and the averages are the parameters. */
  static StepMemory of(
      Backend backend, TrainingModel model, DistributedGather gather, StepConfig form) {
    Optional<ParameterAverage> average =
        model.head().averaging().stream()
            .mapToObj(decay -> ParameterAverage.of(backend, model, decay))
            .findFirst();
    int width = model.head().keptRows() > 0 ? Math.toIntExact(model.width().size()) : 0;
    return new StepMemory(backend, model, gather, form.microBatch(), average, width);
  }

  /** Returns the inputs of the loss across the rows of all ranks. */
  Map<String, HostTensor> inputs(TrainingBatch batch, RankCounts ranks) {
    Map<String, HostTensor> inputs = new HashMap<>();
    if (model.head().keptRows() > 0) {
      inputs.put(TrainingModel.KEPT, kept);
    }
    if (average.isPresent()) {
      HostTensor all = ranks.gathered(averaged(batch, ranks), 1, gather);
      inputs.put(TrainingModel.AVERAGED, HostRows.reshaped(all, all.shape()[0], all.shape()[2]));
    }
    return inputs;
  }

  /** Returns the averaged vectors of this rank's anchors, padded to the largest rank's. */
  private HostTensor averaged(TrainingBatch batch, RankCounts ranks) {
    List<TokenSequence> anchors = new ArrayList<>();
    List<TokenSequence> texts = (ranks.own() == 0 ? MicroBatch.standIn(model) : batch).sequences();
    for (int i = 0; i < texts.size(); i += model.views()) {
      anchors.add(texts.get(i));
    }
    Optional<HostTensor> own = Optional.empty();
    for (int from = 0; from < anchors.size(); ) {
      int count = Math.min(microBatch, anchors.size() - from);
      HostTensor vectors = project(anchors.subList(from, from + count));
      int width = Math.toIntExact(vectors.shape()[1]);
      own = own.or(() -> Optional.of(HostRows.zeros(vectors, ranks.largest(), width)));
      HostRows.copy(
          vectors, 0, own.get(), from * width, Math.min(count, ranks.own() - from) * width);
      from += count;
    }
    return own.orElseThrow();
  }

  private HostTensor project(List<TokenSequence> anchors) {
    Map<String, HostTensor> inputs = PaddedBatch.of(model.encoder(), anchors).packedInputs();
    return TrainingModel.named(
        model.averagedRows().on(backend).run(inputs), TrainingModel.PROJECTED);
  }

  /** Returns the terms among the outputs of a loss, and keeps what the head keeps. */
  Map<String, Double> values(Map<String, HostTensor> outputs) {
    Map<String, Double> values = new LinkedHashMap<>();
    outputs.forEach(
        (name, value) -> {
          if (name.equals(TrainingModel.KEPT)) {
            keep(value);
          } else {
            values.put(name, value.at(0));
          }
        });
    return values;
  }

  /** Keeps the first rows of what the loss returned. */
  private void keep(HostTensor rows) {
    long count = Math.min(model.head().keptRows(), rows.shape()[0]);
    HostTensor first = HostRows.zeros(rows, count, rows.shape()[1]);
    HostRows.copy(rows, 0, first, 0, first.size());
    kept = first;
  }

  /** Lets the averages follow a step. */
  void stepped() {
    average.ifPresent(ParameterAverage::update);
  }

  /** Returns the state by name, for a checkpoint; empty at first and for most heads. */
  public SortedMap<String, HostTensor> state() {
    SortedMap<String, HostTensor> state = new TreeMap<>();
    average.ifPresent(
        of -> of.names().forEach(name -> state.put(name, backend.parameters().get(name))));
    if (kept.size() > 0) {
      state.put(TrainingModel.KEPT, kept);
    }
    return state;
  }

  /**
   * Restores what {@link #state} returned.
   *
   * @throws CheckpointException if it is not that of such a model
   */
  public void restore(Map<String, HostTensor> state) {
    Map<String, HostTensor> rest = new HashMap<>(state);
    Optional.ofNullable(rest.remove(TrainingModel.KEPT)).ifPresent(this::keep);
    List<String> names = average.map(ParameterAverage::names).orElse(List.of());
    if (!rest.keySet().equals(Set.copyOf(names))) {
      throw new CheckpointException(
          "The checkpoint's averaged parameters are not those of this model.");
    }
    rest.forEach(backend.parameters()::set);
  }
}
