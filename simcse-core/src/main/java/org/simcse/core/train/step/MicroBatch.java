package org.simcse.core.train.step;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.simcse.api.TokenSequence;
import org.simcse.api.tensor.HostTensor;
import org.simcse.core.model.PaddedBatch;

/**
 * Some rows of a rank, padded to the longest of them.
 *
 * @param from the first row, counted within the rank
 * @param rows how many of the rank's rows these are; 0 for a placeholder
 * @param first the first row, counted over all ranks
 * @param texts the inputs of {@link TrainingModel#rows}
 * @param auxiliary the inputs of auxiliary terms
 */
record MicroBatch(
    int from,
    int rows,
    int first,
    Map<String, HostTensor> texts,
    Map<String, HostTensor> auxiliary) {
  /**
   * Splits a rank's batch, in order.
   *
   * @param size the maximal number of rows of a micro-batch
   * @return at least one: a rank without rows gets a placeholder, so that it runs the same programs
   *     and has the same gradients as the others
   */
  static List<MicroBatch> cut(
      TrainingModel model, TrainingBatch batch, RankCounts ranks, int size) {
    int first = ranks.first(ranks.rank());
    if (ranks.own() == 0) {
      return List.of(new Builder(model, standIn(model), ranks).build(0, 1, first, 0));
    }
    List<MicroBatch> parts = new ArrayList<>();
    for (int from = 0; from < ranks.own(); ) {
      int rows = Math.min(size, ranks.own() - from);
      parts.add(new Builder(model, batch, ranks).build(from, rows, first + from, rows));
      from += rows;
    }
    return parts;
  }

  /** Returns one row of one token per view: its gradient is finite, and has weight 0. */
  static TrainingBatch standIn(TrainingModel model) {
    int[] ids = {model.encoder().paddingId()};
    int[][] all = new int[model.views()][];
    Arrays.fill(all, ids);
    int[][] nowhere = new int[model.views()][0];
    Map<String, AuxiliaryData> nothing = new HashMap<>();
    model
        .auxiliaries()
        .forEach(term -> nothing.put(term.name(), new AuxiliaryData(all, nowhere, nowhere)));
    TokenSequence text = new TokenSequence(ids, new int[1]);
    return new TrainingBatch(
        IntStream.range(0, model.views()).mapToObj(view -> text).toList(), nothing);
  }

  /** Returns all inputs of {@link TrainingModel#fused}. */
  Map<String, HostTensor> inputs() {
    Map<String, HostTensor> all = new HashMap<>(texts);
    all.putAll(auxiliary);
    return all;
  }

  private record Builder(TrainingModel model, TrainingBatch batch, RankCounts ranks) {
    MicroBatch build(int from, int rows, int first, int counted) {
      int views = model.views();
      List<TokenSequence> sequences =
          batch.sequences().subList(from * views, (from + rows) * views);
      PaddedBatch padded = PaddedBatch.of(model.encoder(), sequences);
      Map<String, HostTensor> texts = new HashMap<>(padded.packedInputs());
      long[] numbers = new long[rows * views];
      Arrays.setAll(numbers, i -> (long) first * views + i);
      texts.put(TrainingModel.ROWS, HostTensor.of(numbers, rows, views));
      Map<String, HostTensor> auxiliary = new HashMap<>();
      model.auxiliaries().forEach(term -> addTo(auxiliary, term, from * views, sequences));
      return new MicroBatch(from, counted, first, texts, auxiliary);
    }

    private void addTo(
        Map<String, HostTensor> inputs, Auxiliary term, int from, List<TokenSequence> sequences) {
      AuxiliaryData data = TrainingModel.named(batch.auxiliary(), term.name());
      List<TokenSequence> changed = new ArrayList<>();
      for (int i = 0; i < sequences.size(); i++) {
        changed.add(new TokenSequence(data.ids()[from + i], sequences.get(i).types()));
      }
      PaddedBatch padded = PaddedBatch.of(model.encoder(), changed);
      inputs.put(term.input("ids"), padded.ids());
      int count = data.targets(from, from + sequences.size());
      int size = Math.max(1, count); // padded with a target of weight 0
      long[] indices = new long[size];
      long[] targets = new long[size];
      double[] weights = new double[size];
      Arrays.fill(weights, 0, count, TrainingModel.named(ranks.targetWeights(), term.name()));
      int next = 0;
      for (int i = 0; i < sequences.size(); i++) {
        for (int j = 0; j < data.targets()[from + i].length; j++) {
          indices[next] = (long) i * padded.length() + data.positions()[from + i][j];
          targets[next++] = data.targets()[from + i][j];
        }
      }
      inputs.put(term.input("indices"), HostTensor.of(indices, size));
      inputs.put(term.input("targets"), HostTensor.of(targets, size));
      inputs.put(term.input("weights"), HostTensor.of(weights, size));
    }
  }
}
