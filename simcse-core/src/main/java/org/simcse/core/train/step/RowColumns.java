package org.simcse.core.train.step;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.simcse.api.Column;
import org.simcse.api.DistributedGather;
import org.simcse.api.engine.Signature;
import org.simcse.api.error.InvalidInputException;
import org.simcse.api.tensor.Dim;
import org.simcse.api.tensor.HostTensor;

/**
 * The columns that a head reads in addition to its rows: inputs {@code [N]} of the programs that
 * compute its loss.
 *
 * @param columns the head's, in order
 */
record RowColumns(List<Column> columns) {
  /** Labels are below this: two floats of 24 bits transfer one between ranks exactly. */
  private static final double LABELS = 0x1p48;

  private static final double HALF = 0x1p24;

  static String input(Column column) {
    return "column_" + column.name();
  }

  /** Returns the inputs of a program, {@code [rows]} each. */
  List<Signature.Input> inputs(Dim rows) {
    return columns.stream()
        .map(
            column ->
                column.kind() == Column.Kind.LABEL
                    ? Signature.Input.ints(input(column), rows)
                    : Signature.Input.floats(input(column), rows))
        .toList();
  }

  /**
   * Validates that a batch has a value of every column for every row.
   *
   * @throws InvalidInputException if not
   */
  void check(TrainingBatch batch, int rows) {
    for (Column column : columns) {
      double[] values = values(batch, column);
      if (values.length != rows) {
        throw new InvalidInputException(
            "The head reads the column '%s' of each row, but the batch has %d values of it for %d rows."
                .formatted(column.name(), values.length, rows));
      }
      if (column.kind() == Column.Kind.LABEL) {
        Arrays.stream(values).forEach(value -> checkLabel(column, value));
      }
    }
  }

  private static void checkLabel(Column column, double value) {
    if (!(value >= 0 && value < LABELS && value == Math.rint(value))) {
      throw new InvalidInputException(
          "A label of the column '%s' is a whole number from 0 to 2^48-1, but one is %s."
              .formatted(column.name(), value));
    }
  }

  /** Returns the inputs of a batch. */
  Map<String, HostTensor> of(TrainingBatch batch) {
    Map<String, HostTensor> inputs = new HashMap<>();
    for (Column column : columns) {
      inputs.put(input(column), tensor(column, values(batch, column)));
    }
    return inputs;
  }

  /** Returns the inputs of the rows of all ranks, in the order of the gathered rows. */
  Map<String, HostTensor> gathered(
      TrainingBatch batch, RankCounts ranks, DistributedGather gather) {
    if (columns.isEmpty() || gather.worldSize() == 1) {
      return of(batch);
    }
    int width = 2 * columns.size();
    float[] own = new float[ranks.largest() * width];
    for (int c = 0; c < columns.size(); c++) {
      double[] values = values(batch, columns.get(c));
      for (int row = 0; row < values.length; row++) {
        boolean label = columns.get(c).kind() == Column.Kind.LABEL;
        double high = label ? Math.floor(values[row] / HALF) : 0;
        own[row * width + 2 * c] = (float) high;
        own[row * width + 2 * c + 1] = (float) (values[row] - high * HALF);
      }
    }
    HostTensor all = gather.allGather(HostTensor.of(own, ranks.largest(), width));
    Map<String, HostTensor> inputs = new HashMap<>();
    for (int c = 0; c < columns.size(); c++) {
      double[] values = new double[ranks.total()];
      for (int rank = 0; rank < ranks.rows().length; rank++) {
        for (int row = 0; row < ranks.rows()[rank]; row++) {
          int at = (rank * ranks.largest() + row) * width + 2 * c;
          values[ranks.first(rank) + row] = all.at(at) * HALF + all.at(at + 1);
        }
      }
      inputs.put(input(columns.get(c)), tensor(columns.get(c), values));
    }
    return inputs;
  }

  private static double[] values(TrainingBatch batch, Column column) {
    return batch.columns().getOrDefault(column.name(), new double[0]);
  }

  /** Numbers are single-precision in every form of the step, so that all compute the same. */
  private static HostTensor tensor(Column column, double[] values) {
    if (column.kind() == Column.Kind.LABEL) {
      return HostTensor.of(Arrays.stream(values).mapToLong(v -> (long) v).toArray(), values.length);
    }
    float[] numbers = new float[values.length];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) values[i];
    }
    return HostTensor.of(numbers, numbers.length);
  }
}
