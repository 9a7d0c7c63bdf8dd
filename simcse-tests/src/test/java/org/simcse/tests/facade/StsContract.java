package org.simcse.tests.facade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.simcse.core.SimCse;
import org.simcse.core.evaluate.Evaluation;
import org.simcse.core.evaluate.ScoredCosines;
import org.simcse.core.evaluate.ScoredPairs;
import org.simcse.core.evaluate.StsProtocol;
import org.simcse.core.evaluate.StsResult;
import org.simcse.core.evaluate.StsSuite;
import org.simcse.core.table.TextFormat;
import org.simcse.tests.TestData;

/** The embedded model gives the STS figures that the reference prints for it. */
abstract class StsContract {
  private static final List<String> POOLERS = List.of("avg", "cls_before_pooler", "avg_first_last");

  /** Both compute in single precision: rounding moves a few ranks of nearly equal cosines. */
  private static final double TOLERANCE = 2e-4;

  private final String backend;

  StsContract(String backend) {
    this.backend = backend;
  }

  @Test
  @Tag("slow") // embeds some 36,000 texts
  void everySubsetOfEveryTaskHasTheReferencesFigures() throws IOException {
    JsonNode golden = new ObjectMapper().readTree(TestData.golden("minilm/sts.json").toFile());
    Path data = TestData.data("senteval");
    StsSuite test = StsSuite.read(data, StsProtocol.SIMCSE, List.of());
    Map<String, ScoredPairs> splits = splits(data);
    List<List<StsResult>> results;
    Map<String, float[]> vectors = new HashMap<>();
    try (SimCse simcse = open()) {
      Evaluation.Embedding embedding = texts -> simcse.embed(texts).toArray(float[][]::new);
      results = test.run(embedding, POOLERS.size());
      List<String> texts =
          splits.values().stream()
              .flatMap(pairs -> Stream.concat(pairs.first().stream(), pairs.second().stream()))
              .distinct()
              .toList();
      float[][] rows = embedding.embed(texts);
      for (int i = 0; i < rows.length; i++) {
        vectors.put(texts.get(i), rows[i]);
      }
    }
    for (int i = 0; i < POOLERS.size(); i++) {
      JsonNode expected = golden.get(POOLERS.get(i));
      for (StsResult result : results.get(i)) {
        assertTask(expected.get(reference(result.task())), result);
      }
      assertTable(expected.get("table"), results.get(i));
      int part = i;
      splits.forEach(
          (name, pairs) -> {
            ScoredCosines cosines = ScoredCosines.of(pairs, text -> part(vectors, text, part));
            assertFigures(expected.at("/" + name), cosines, name);
          });
    }
  }

  private SimCse open() {
    return SimCse.builder()
        .backend(backend)
        .threads(2)
        .pooler(String.join("+", POOLERS))
        .normalize(false)
        .maxLength(512)
        .open();
  }

  private static float[] part(Map<String, float[]> vectors, String text, int part) {
    float[] all = Objects.requireNonNull(vectors.get(text));
    int size = all.length / POOLERS.size();
    return Arrays.copyOfRange(all, part * size, (part + 1) * size);
  }

  /** Returns the splits of STS-Benchmark and SICK that are not in the reference's table. */
  private static Map<String, ScoredPairs> splits(Path data) {
    TextFormat tabs = TextFormat.of(TextFormat.Kind.TSV).withAnyWidth();
    List<ScoredPairs> dev = ScoredPairs.developmentSets(data);
    return Map.of(
        "STSBenchmark/dev",
        dev.get(0),
        "SICKRelatedness/dev",
        dev.get(1),
        "STSBenchmark/train",
        ScoredPairs.read(
            data.resolve("STS/STSBenchmark/sts-train.csv"),
            tabs.withoutHeader(),
            List.of("6", "7", "5")),
        "SICKRelatedness/train",
        ScoredPairs.read(
            data.resolve("SICK/SICK_train.txt"), tabs.withHeader(), List.of("2", "3", "4")));
  }

  private static String reference(String task) {
    return switch (task) {
      case "STS-B" -> "STSBenchmark";
      case "SICK-R" -> "SICKRelatedness";
      default -> task;
    };
  }

  private static void assertTask(JsonNode expected, StsResult result) {
    for (StsResult.Subset subset : result.subsets()) {
      String name = result.task() + " " + subset.name();
      assertThat(subset.pairs().size())
          .as(name)
          .isEqualTo(expected.get(subset.name()).get("nsamples").asInt());
      assertFigures(expected.get(subset.name()), subset.pairs(), name);
    }
    if (result.subsets().size() > 1) {
      JsonNode all = Objects.requireNonNull(expected.get("all"));
      ScoredCosines pairs = result.all();
      assertFigure(all.at("/pearson/all"), pairs.pearson(), result.task());
      assertFigure(all.at("/spearman/all"), pairs.spearman(), result.task());
      assertFigure(all.at("/pearson/mean"), result.mean(ScoredCosines::pearson), result.task());
      assertFigure(
          all.at("/pearson/wmean"), result.weightedMean(ScoredCosines::pearson), result.task());
      assertBetween(
          all.at("/spearman/mean"),
          result.task(),
          result.mean(StsContract::lowest),
          result.mean(StsContract::highest));
      assertBetween(
          all.at("/spearman/wmean"),
          result.task(),
          result.weightedMean(StsContract::lowest),
          result.weightedMean(StsContract::highest));
    }
  }

  private static void assertFigures(JsonNode expected, ScoredCosines pairs, String name) {
    assertFigure(expected.get("pearson"), pairs.pearson(), name);
    assertBetween(expected.get("spearman"), name, lowest(pairs), highest(pairs));
  }

  /**
   * Returns the least correlation that the reference may find: two equal texts have cosine 1 here,
   * and 1 give or take a rounding error there, so that it ranks such pairs (65 of 459 in
   * SMTeuroparl) at random, where here they share a rank.
   */
  private static double lowest(ScoredCosines pairs) {
    return Math.min(pairs.spearman(), ranked(pairs, -1).spearman());
  }

  private static double highest(ScoredCosines pairs) {
    return Math.max(pairs.spearman(), ranked(pairs, 1).spearman());
  }

  /** Ranks the pairs of cosine 1 by their scores, in ascending or descending order. */
  private static ScoredCosines ranked(ScoredCosines pairs, int sign) {
    double[] cosines = pairs.cosines().clone();
    for (int i = 0; i < cosines.length; i++) {
      if (cosines[i] > 1 - 1e-6) {
        cosines[i] = 1 + sign * 1e-9 * pairs.scores()[i] + 1e-13 * i;
      }
    }
    return new ScoredCosines(cosines, pairs.scores());
  }

  private static void assertBetween(JsonNode expected, String name, double lowest, double highest) {
    assertThat(expected.asDouble()).as(name).isBetween(lowest - TOLERANCE, highest + TOLERANCE);
  }

  private static void assertFigure(JsonNode expected, double actual, String name) {
    assertThat(actual).as(name).isCloseTo(expected.asDouble(), within(TOLERANCE));
  }

  /** The printed row: off by a hundredth where rounding falls on the other side. */
  private static void assertTable(JsonNode expected, List<StsResult> results) {
    List<String> printed = new ArrayList<>();
    double sum = 0;
    for (StsResult result : results) {
      printed.add(String.format(Locale.ROOT, "%.2f", 100 * result.all().spearman()));
      sum += Double.parseDouble(printed.get(printed.size() - 1));
    }
    printed.add(String.format(Locale.ROOT, "%.2f", sum / results.size()));
    for (int i = 0; i < printed.size(); i++) {
      assertThat(Double.parseDouble(printed.get(i)))
          .as("the printed figures %s", printed)
          .isCloseTo(Double.parseDouble(expected.get(i).asText()), within(0.0101));
    }
  }
}
