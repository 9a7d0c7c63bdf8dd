package org.simcse.core.train.step;

import java.util.List;
import java.util.Map;
import org.simcse.api.TokenSequence;
import org.simcse.api.error.InvalidInputException;

/**
 * One rank's share of a step, on the host.
 *
 * @param sequences row by row, the views of a row adjacent (anchor, positive, hard negatives), as
 *     the pooler prepared them
 * @param auxiliary the data of the auxiliary terms, by name
 * @param columns the columns that the head's loss reads, by the name of the {@link
 *     org.simcse.api.Column}: one number per row, for labels an integer from 0 to 2^48-1, or for
 *     vectors K numbers per row
 */
public record TrainingBatch(
    List<TokenSequence> sequences,
    Map<String, AuxiliaryData> auxiliary,
    Map<String, double[]> columns) {
  /** Copies, and validates that the auxiliary data fits the sequences. */
  public TrainingBatch {
    sequences = List.copyOf(sequences);
    auxiliary = Map.copyOf(auxiliary);
    columns = Map.copyOf(columns);
    for (Map.Entry<String, AuxiliaryData> entry : auxiliary.entrySet()) {
      int[][] ids = entry.getValue().ids();
      if (ids.length != sequences.size()) {
        throw new InvalidInputException(
            "The batch has %d sequences, but the data of the term %s is of %d."
                .formatted(sequences.size(), entry.getKey(), ids.length));
      }
    }
  }

  /** Creates a batch without columns. */
  public TrainingBatch(List<TokenSequence> sequences, Map<String, AuxiliaryData> auxiliary) {
    this(sequences, auxiliary, Map.of());
  }

  /** Returns a copy with columns. */
  public TrainingBatch withColumns(Map<String, double[]> byName) {
    return new TrainingBatch(sequences, auxiliary, byName);
  }

  /** Returns a batch without auxiliary data. */
  public static TrainingBatch of(List<TokenSequence> sequences) {
    return new TrainingBatch(sequences, Map.of());
  }
}
