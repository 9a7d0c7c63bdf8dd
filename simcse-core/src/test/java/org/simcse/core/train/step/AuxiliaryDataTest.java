package org.simcse.core.train.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.simcse.api.TokenSequence;
import org.simcse.api.error.InvalidInputException;

class AuxiliaryDataTest {
  private static final int[][] IDS = {{2, 9, 3}, {2, 9, 8, 3}};

  @Test
  void targetsAreCountedOverSomeSequences() {
    AuxiliaryData data =
        new AuxiliaryData(IDS, new int[][] {{1}, {1, 2}}, new int[][] {{5}, {6, 7}});
    assertThat(data.targets(0, 2)).isEqualTo(3);
    assertThat(data.targets(1, 2)).isEqualTo(2);
    assertThat(data.targets(1, 1)).isZero();
  }

  @Test
  void whatDoesNotBelongTogetherIsRefused() {
    assertThatThrownBy(() -> new AuxiliaryData(IDS, new int[][] {{1}}, new int[][] {{5}, {6}}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("ids of 2 sequences, the positions of 1 and the targets of 2");
    assertThatThrownBy(() -> new AuxiliaryData(IDS, new int[][] {{1}, {2}}, new int[][] {{5}, {}}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Sequence 1 has 1 positions but 0 targets.");
    AuxiliaryData data = new AuxiliaryData(IDS, new int[2][0], new int[2][0]);
    TokenSequence text = new TokenSequence(IDS[0], new int[3]);
    assertThatThrownBy(() -> new TrainingBatch(List.of(text), Map.of("mlm", data)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("The batch has 1 sequences, but the data of the term mlm is of 2.");
  }
}
