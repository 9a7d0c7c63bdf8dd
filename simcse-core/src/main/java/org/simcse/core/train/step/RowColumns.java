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
 * The columns that a head reads in addition to its rows: inputs {@code [N]}, or {@code [N, K]} of
 * vectors, of the programs that compute its loss.
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

  /** Returns the inputs of a program, for {@code rows} rows. */
  List<Signature.Input> inputs(Dim rows) {
    return columns.stream().map(column -> input(column, rows)).toList();
  }

  private static Signature.Input input(Column column, Dim rows) {
    return switch (column.kind()) {
      case NUMBER -> Signature.Input.floats(input(column), rows);
      case LABEL -> Signature.Input.ints(input(column), rows);
      case VECTOR -> Signature.Input.floats(input(column), rows, Dim.symbol("K_" + column.width()));
    };
  }

  /**
   * Validates that a batch has a value of every column for every row.
   *
   * @throws InvalidInputException if not
   */
  void check(TrainingBatch batch, int rows) {
    for (Column column : columns) {
      double[] values = values(batch, column);
      int each = isVector(column) ? width(values, rows) : 1;
      if (values.length != rows * each || (rows > 0 && each == 0)) {
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

  /** Returns the inputs of a batch of {@code rows} rows. */
  Map<String, HostTensor> of(TrainingBatch batch, int rows) {
    Map<String, HostTensor> inputs = new HashMap<>();
    for (Column column : columns) {
      inputs.put(input(column), tensor(column, values(batch, column), rows));
    }
    return inputs;
  }

  /** Returns the inputs of the rows of all ranks, in the order of the gathered rows. */
  Map<String, HostTensor> gathered(
      TrainingBatch batch, RankCounts ranks, DistributedGather gather) {
    if (columns.isEmpty() || gather.worldSize() == 1) {
      return of(batch, ranks.own());
    }
    int[] widths = widths(batch, ranks, gather);
    int width = Arrays.stream(widths).sum();
    float[] own = new float[ranks.largest() * width];
    int offset = 0;
    for (int c = 0; c < widths.length; c++) {
      double[] values = values(batch, columns.get(c));
      for (int row = 0; row < ranks.own(); row++) {
        pack(columns.get(c), values, row, own, row * width + offset, widths[c]);
      }
      offset += widths[c];
    }
    HostTensor all = gather.allGather(HostTensor.of(own, ranks.largest(), width));
    Map<String, HostTensor> inputs = new HashMap<>();
    offset = 0;
    for (int c = 0; c < widths.length; c++) {
      Column column = columns.get(c);
      double[] values = new double[ranks.total() * (isVector(column) ? widths[c] : 1)];
      for (int rank = 0; rank < ranks.rows().length; rank++) {
        for (int row = 0; row < ranks.rows()[rank]; row++) {
          int at = (rank * ranks.largest() + row) * width + offset;
          unpack(column, all, at, values, ranks.first(rank) + row, widths[c]);
        }
      }
      inputs.put(input(column), tensor(column, values, ranks.total()));
      offset += widths[c];
    }
    return inputs;
  }

  /**
   * Returns how many floats per row each column takes between ranks: two of a number or a label, K
   * of a vector. A rank without rows learns K from the others.
   */
  private int[] widths(TrainingBatch batch, RankCounts ranks, DistributedGather gather) {
    int[] widths = new int[columns.size()];
    float[] own = new float[widths.length];
    for (int c = 0; c < widths.length; c++) {
      widths[c] = isVector(columns.get(c)) ? width(values(batch, columns.get(c)), ranks.own()) : 2;
      own[c] = widths[c];
    }
    if (columns.stream().noneMatch(RowColumns::isVector)) {
      return widths;
    }
    HostTensor all = gather.allGather(HostTensor.of(own, 1, own.length));
    for (int i = 0; i < all.size(); i++) {
      int c = i % own.length;
      int other = (int) all.at(i);
      if (ranks.rows()[i / own.length] > 0) {
        if (widths[c] != other && (ranks.own() > 0 || widths[c] != 0)) {
          throw new InvalidInputException(
              "The column '%s' has %d numbers per row on one rank and %d on another; all ranks must read the same file."
                  .formatted(columns.get(c).name(), widths[c], other));
        }
        widths[c] = other;
      }
    }
    return widths;
  }

  private static void pack(
      Column column, double[] values, int row, float[] into, int at, int width) {
    if (isVector(column)) {
      for (int k = 0; k < width; k++) {
        into[at + k] = (float) values[row * width + k];
      }
    } else {
      boolean label = column.kind() == Column.Kind.LABEL;
      double high = label ? Math.floor(values[row] / HALF) : 0;
      into[at] = (float) high;
      into[at + 1] = (float) (values[row] - high * HALF);
    }
  }

  private static void unpack(
      Column column, HostTensor from, int at, double[] values, int row, int width) {
    if (isVector(column)) {
      for (int k = 0; k < width; k++) {
        values[row * width + k] = from.at(at + k);
      }
    } else {
      values[row] = from.at(at) * HALF + from.at(at + 1);
    }
  }

  private static boolean isVector(Column column) {
    return column.kind() == Column.Kind.VECTOR;
  }

  /** Returns K of a column of vectors, 0 if there are no rows. */
  private static int width(double[] values, int rows) {
    return rows == 0 ? 0 : values.length / rows;
  }

  private static double[] values(TrainingBatch batch, Column column) {
    return batch.columns().getOrDefault(column.name(), new double[0]);
  }

  /** Numbers are single-precision in every form of the step, so that all compute the same. */
  private static HostTensor tensor(Column column, double[] values, int rows) {
    if (column.kind() == Column.Kind.LABEL) {
      return HostTensor.of(Arrays.stream(values).mapToLong(v -> (long) v).toArray(), values.length);
    }
    float[] numbers = new float[values.length];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) values[i];
    }
    return isVector(column)
        ? HostTensor.of(numbers, rows, width(values, rows))
        : HostTensor.of(numbers, rows);
  }
}
