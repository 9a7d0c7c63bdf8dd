package org.simcse.plugins.losses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.simcse.plugins.losses.PairLoss.term;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.simcse.api.Column;
import org.simcse.api.error.InvalidInputException;
import org.simcse.api.tensor.HostTensor;

class DistillLossTest {
  private static final double[][] ANCHORS = {
    {0.5, -1, 0.25, 2}, {1, 0, -0.5, 0.75}, {-0.25, 1.5, 1, -1}, {2, 0.5, -1.5, 0.25}
  };
  private static final double[][] POSITIVES = {
    {1, -0.5, 0.5, 1}, {-0.75, 1, 0.25, 0.5}, {0.5, 1, -1, -0.25}, {1.5, 1, -1, -0.5}
  };
  private static final double[][] TEACHER = {
    {1, 0.5, -1}, {0.25, 2, 0.5}, {-0.5, 1, 1.5}, {1, -0.25, 0.75}
  };

  private static Map<String, Double> terms(String head, double[][] teacher) {
    Map<String, HostTensor> columns = Map.of("teacher", PairLoss.rows(teacher));
    return PairLoss.terms(PairLoss.head(head), columns, ANCHORS, POSITIVES);
  }

  /** Values of PyTorch: kl_div of softmax and log_softmax of the cosines without the diagonal. */
  @ParameterizedTest
  @CsvSource({"'', 0.8914046", "',teacher-temperature=0.5', 0.5610718"})
  void theDivergenceIsThatOfPyTorch(String more, double expected) {
    Map<String, Double> terms = terms("distill:temperature=0.5,weight=3" + more, TEACHER);
    assertThat(terms).containsOnlyKeys("contrastive", "distill", "loss");
    assertThat(term(terms, "distill")).isCloseTo(expected, within(1e-5));
    assertThat(term(terms, "loss"))
        .isCloseTo(term(terms, "contrastive") + 3 * term(terms, "distill"), within(1e-5));
    Map<String, Double> plain =
        PairLoss.terms(PairLoss.head("simcse:temperature=0.5"), Map.of(), ANCHORS, POSITIVES);
    assertThat(term(terms, "contrastive")).isEqualTo(term(plain, "loss"));
  }

  @Test
  void aStudentThatRanksAsItsTeacherLearnsNothingFromIt() {
    Map<String, Double> terms = terms("distill:temperature=0.5,teacher-temperature=0.5", ANCHORS);
    assertThat(term(terms, "distill")).isCloseTo(0, within(1e-6));
  }

  @Test
  void theInnerHeadReadsItsColumnsToo() {
    assertThat(PairLoss.head("distill:inner=same-id,temperature=0.1").columns())
        .containsExactly(Column.ID, Column.vector("teacher"));
    assertThatThrownBy(() -> PairLoss.head("distill:dims=4"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("dims");
  }
}
