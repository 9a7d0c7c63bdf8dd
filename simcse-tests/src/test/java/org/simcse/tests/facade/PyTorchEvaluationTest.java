package org.simcse.tests.facade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.simcse.core.SimCse;
import org.simcse.core.evaluate.Evaluation;
import org.simcse.core.evaluate.ScoredPairs;
import org.simcse.tests.TestData;

/** The embedded model, evaluated as the reference evaluates it. */
class PyTorchEvaluationTest {
  @Test
  void theDevelopmentSetsGiveTheScoresOfTheReference() throws IOException {
    JsonNode expected = golden("sts.json").get("avg");
    JsonNode intrinsic = golden("intrinsic.json");
    Evaluation evaluation = new Evaluation(ScoredPairs.developmentSets(TestData.data("senteval")));

    Map<String, Double> actual;
    try (SimCse simcse =
        SimCse.builder()
            .backend("pytorch")
            .threads(2)
            .pooler("avg")
            .normalize(false)
            .maxLength(512)
            .open()) {
      actual = evaluation.run(texts -> simcse.embed(texts).toArray(float[][]::new));
    }

    double stsb = expected.at("/STSBenchmark/dev/spearman").asDouble();
    double sickr = expected.at("/SICKRelatedness/dev/spearman").asDouble();
    // The reference computes in single precision too: rounding moves a few ranks of nearly equal
    // cosines.
    assertThat(actual.get("eval_stsb_spearman")).isCloseTo(stsb, within(1e-5));
    assertThat(actual.get("eval_sickr_spearman")).isCloseTo(sickr, within(1e-5));
    assertThat(actual.get("eval_avg_sts")).isCloseTo((stsb + sickr) / 2, within(1e-5));
    assertThat(actual.get("eval_alignment"))
        .isCloseTo(intrinsic.get("alignment_gold_at_least_4").asDouble(), within(1e-5));
    assertThat(actual.get("eval_uniformity"))
        .isCloseTo(intrinsic.get("uniformity_all_sentences").asDouble(), within(1e-5));
  }

  private static JsonNode golden(String name) throws IOException {
    return new ObjectMapper().readTree(TestData.golden("minilm/" + name).toFile());
  }
}
