package org.simcse.core.train.step;

import java.util.List;
import java.util.Map;
import org.simcse.api.TokenSequence;
import org.simcse.api.error.InvalidInputException;

/**
 * One rank's share of a step, on the host.
 *
 * @param sequences row by row, a row's views together (anchor, positive, hard negatives), as the
 *     pooler prepared them
 * @param auxiliary what the auxiliary terms read, by their names
 */
public record TrainingBatch(List<TokenSequence> sequences, Map<String, AuxiliaryData> auxiliary) {
  /** Copies, and checks that the auxiliary data belongs to the sequences. */
  public TrainingBatch {
    sequences = List.copyOf(sequences);
    auxiliary = Map.copyOf(auxiliary);
    for (Map.Entry<String, AuxiliaryData> entry : auxiliary.entrySet()) {
      int[][] ids = entry.getValue().ids();
      if (ids.length != sequences.size()) {
        throw new InvalidInputException(
            "The batch has %d sequences, but the data of the term %s is of %d."
                .formatted(sequences.size(), entry.getKey(), ids.length));
      }
    }
  }

  /** A batch without auxiliary data. */
  public static TrainingBatch of(List<TokenSequence> sequences) {
    return new TrainingBatch(sequences, Map.of());
  }
}
