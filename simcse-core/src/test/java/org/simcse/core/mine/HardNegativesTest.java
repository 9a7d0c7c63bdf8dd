package org.simcse.core.mine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.simcse.api.error.InvalidInputException;
import org.simcse.core.mine.HardNegatives.Pair;
import org.simcse.core.mine.MiningResult.Fate;
import org.simcse.core.mine.MiningResult.Row;

/**
 * Texts are angles in degrees: the text {@code x30} lies 30 degrees from the anchor {@code x0}, so
 * that cosines are known.
 */
class HardNegativesTest {
  private static float[][] embed(List<String> texts) {
    return angles(texts, 0);
  }

  private static float[][] angles(List<String> texts, double more) {
    return texts.stream()
        .map(text -> Double.parseDouble(text.replaceAll("[^0-9.]", "")) + more)
        .map(Math::toRadians)
        .map(angle -> new float[] {(float) Math.cos(angle), (float) Math.sin(angle)})
        .toArray(float[][]::new);
  }

  private static MiningResult mine(MiningRules rules, List<Pair> pairs, String... corpus) {
    return HardNegatives.of(pairs, Stream.of(corpus))
        .mine(rules, HardNegativesTest::embed, HardNegativesTest::embed);
  }

  @Test
  void theNearestTextsAreNegativesButNeverAnchorOrPositives() {
    List<Pair> pairs = List.of(new Pair("x0", "y10"), new Pair("x0", "y11"), new Pair("z20", "x0"));
    MiningResult result =
        mine(MiningRules.top(2), pairs, "x0", "y10", " Y11 ", "z20", "n30", "n12", "n50");
    assertEquals(
        List.of(
            new Row("x0", "y10", List.of("n12", "n30")),
            new Row("x0", "y11", List.of("n12", "n30")),
            new Row("z20", "x0", List.of("n12", " Y11 "))),
        result.rows());
    assertEquals(0, result.incomplete());
    assertEquals(
        Map.of(Fate.KNOWN, 4L + 4 + 2, Fate.CHOSEN, 6L, Fate.NOT_CHOSEN, 1L + 1 + 3),
        result.candidates());
  }

  /** A prompt turns queries by 40 degrees: x0 lies 10 degrees from its positive, n35 25. */
  @Test
  void anchorsAreQueriesAndEveryTextIsEmbeddedOncePerRole() {
    List<String> queries = new ArrayList<>();
    List<String> documents = new ArrayList<>();
    HardNegatives mining =
        HardNegatives.of(
            List.of(new Pair("x0", "y30"), new Pair("n35", "y100"), new Pair("x0", "y100")),
            Stream.of("n10", "n35", "y30", "n52"));
    MiningResult result =
        mining.mine(
            MiningRules.top(1).withRelativeMargin(0),
            texts -> {
              queries.addAll(texts);
              return angles(texts, 40);
            },
            texts -> {
              documents.addAll(texts);
              return embed(texts);
            });
    assertEquals(
        List.of(new Row("x0", "y30", List.of("n52")), new Row("n35", "y100", List.of("y30"))),
        result.rows());
    assertEquals(1, result.incomplete());
    assertEquals(
        Map.of(
            Fate.KNOWN, 3L, Fate.WITHIN_MARGIN, 1L + 1 + 3, Fate.NOT_CHOSEN, 2L, Fate.CHOSEN, 2L),
        result.candidates());
    assertEquals(List.of("x0", "n35"), queries);
    assertEquals(List.of("y30", "y100", "n10", "n35", "n52"), documents);
    assertEquals(7, mining.texts());
  }

  @Test
  void equalTextsCountOnce() {
    HardNegatives mining =
        HardNegatives.of(
            List.of(new Pair("x0", "y10")), Stream.of("N30", "n30", " n30\t", "", " ", "n40"));
    assertEquals(2, mining.corpus());
    assertEquals(2, mining.duplicates());
    assertEquals(
        List.of("N30", "n40"),
        mining
            .mine(MiningRules.top(2), HardNegativesTest::embed, HardNegativesTest::embed)
            .rows()
            .get(0)
            .negatives());
  }

  @Test
  void theRangeCountsRanksWithoutKnownTexts() {
    MiningResult result =
        mine(
            MiningRules.top(1).withRange(2, 4),
            List.of(new Pair("x0", "y10")),
            "n20",
            "n15",
            "y10",
            "n25",
            "n30",
            "n35");
    assertEquals(List.of("n25"), result.rows().get(0).negatives());
    assertEquals(
        Map.of(Fate.KNOWN, 1L, Fate.BEFORE_RANGE, 2L, Fate.CHOSEN, 1L, Fate.NOT_CHOSEN, 1L),
        result.candidates());
  }

  @Test
  void aTextAboveTheHighestScoreDoesNotCount() {
    MiningResult result =
        mine(
            MiningRules.top(1).withMaxScore(0.5),
            List.of(new Pair("x0", "y10")),
            "n59",
            "n61",
            "n70");
    assertEquals(List.of("n61"), result.rows().get(0).negatives());
    assertEquals(1, result.candidates().get(Fate.ABOVE_MAX_SCORE));
  }

  /** The positive's cosine is cos 30° = 0.866; 0.95 of it is the cosine of 34.6°. */
  @Test
  void aTextWithinTheMarginOfThePositiveDoesNotCount() {
    MiningResult result =
        mine(
            MiningRules.top(1).withRelativeMargin(0.05),
            List.of(new Pair("x0", "y30")),
            "n29",
            "n34",
            "n35",
            "n36");
    assertEquals(List.of("n35"), result.rows().get(0).negatives());
    assertEquals(2, result.candidates().get(Fate.WITHIN_MARGIN));
  }

  /** cos 120° = -0.5, so only what is below -0.525 counts: beyond 121.7°. */
  @Test
  void theMarginOfANegativeScoreIsBelowIt() {
    MiningResult result =
        mine(
            MiningRules.top(1).withRelativeMargin(0.05),
            List.of(new Pair("x0", "y120")),
            "n119",
            "n121",
            "n122");
    assertEquals(List.of("n122"), result.rows().get(0).negatives());
  }

  @Test
  void aPairWithTooFewTextsIsNoRow() {
    MiningResult result =
        mine(
            MiningRules.top(2).withRelativeMargin(0),
            List.of(new Pair("x0", "y30"), new Pair("x0", "y50")),
            "n40",
            "n45",
            "n60",
            "n20");
    assertEquals(List.of(new Row("x0", "y30", List.of("n40", "n45"))), result.rows());
    assertEquals(1, result.incomplete());
  }

  @Test
  void textsOfAPairWithTooFewAreCountedOnTheirOwn() {
    MiningResult result =
        mine(
            MiningRules.top(4).withMaxScore(0.9),
            List.of(new Pair("x0", "y50"), new Pair("x60", "y50")),
            "n10",
            "n40",
            "n60",
            "n70");
    assertEquals(0, result.rows().size());
    assertEquals(Map.of(Fate.ABOVE_MAX_SCORE, 4L, Fate.TOO_FEW, 4L), result.candidates());
  }

  @Test
  void aRangeMayEndAnywhere() {
    MiningRules rules = MiningRules.top(1).withRange(0, Integer.MAX_VALUE);
    MiningResult result = mine(rules, List.of(new Pair("x0", "y10")), "y10", "n30", "n20");
    assertEquals(List.of("n20"), result.rows().get(0).negatives());
  }

  @Test
  void moreNegativesThanTextsAreRefusedBeforeAnythingIsEmbedded() {
    HardNegatives mining = HardNegatives.of(List.of(new Pair("x0", "y1")), Stream.of("n2", "N2"));
    InvalidInputException refused =
        assertThrows(
            InvalidInputException.class,
            () ->
                mining.mine(
                    MiningRules.top(2),
                    texts -> {
                      throw new AssertionError(texts);
                    },
                    HardNegativesTest::embed));
    assertEquals(
        "The corpus has 1 different texts, fewer than the 2 negatives per row; add texts, or ask for fewer negatives.",
        refused.getMessage());
  }

  /** With a no-break space, an ideographic space, and a letter of two characters. */
  @Test
  void unicodeHasSeveralFormsOfOneText() {
    HardNegatives mining =
        HardNegatives.of(
            List.of(new Pair("x0", "y1")),
            Stream.of("Caf\u00e9 2", "cafe\u0301\u00a02", "\u3000caf\u00e9\u3000 2", "\u00a0"));
    assertEquals(1, mining.corpus());
    assertEquals(2, mining.duplicates());
  }

  @Test
  void theRandomChoiceFollowsFromTheSeedAndReachesAll() {
    String[] corpus = IntStream.range(1, 40).mapToObj(i -> "n" + i).toArray(String[]::new);
    List<Pair> pairs = List.of(new Pair("x0", "y50"), new Pair("x0", "y51"));
    MiningRules rules = MiningRules.top(3).withRange(10, 20);
    MiningResult first = mine(rules.random(1), pairs, corpus);
    assertEquals(first, mine(rules.random(1), pairs, corpus));
    assertNotEquals(first, mine(rules.random(2), pairs, corpus));
    assertNotEquals(first.rows().get(0).negatives(), first.rows().get(1).negatives());
    Set<String> reached = new HashSet<>();
    for (int seed = 0; seed < 100; seed++) {
      for (Row row : mine(rules.random(seed), pairs, corpus).rows()) {
        assertEquals(3, new HashSet<>(row.negatives()).size());
        reached.addAll(row.negatives());
      }
    }
    assertEquals(
        IntStream.range(11, 21).mapToObj(i -> "n" + i).collect(Collectors.toSet()), reached);
  }

  /** More texts than are embedded at once, with the nearest in the last chunk. */
  @Test
  void aCorpusOfSeveralChunks() {
    String[] corpus =
        IntStream.range(0, 20_000)
            .mapToObj(i -> "n%.4f".formatted(90 - i / 1000.0))
            .toArray(String[]::new);
    MiningResult result = mine(MiningRules.top(1), List.of(new Pair("x0", "y50")), corpus);
    assertEquals(List.of(corpus[19_999]), result.rows().get(0).negatives());
  }

  @ParameterizedTest
  @CsvSource({
    "-1, 10, 1, 0.5, 0.1, '-1:10'",
    "5, 5, 1, 0.5, 0.1, '5:5'",
    "0, 3, 4, 0.5, 0.1, '4 negatives'",
    "0, 3, 0, 0.5, 0.1, 'it is 0'",
    "0, 3, 1, 1.5, 0.1, '1.5'",
    "0, 3, 1, NaN, 0.1, 'NaN'",
    "0, 3, 1, 0.5, 1, '1.0'",
    "0, 3, 1, 0.5, -0.1, '-0.1'"
  })
  void impossibleRulesAreRefused(
      int from, int to, int negatives, double score, double margin, String named) {
    InvalidInputException refused =
        assertThrows(
            InvalidInputException.class,
            () ->
                MiningRules.top(1)
                    .withMaxScore(score)
                    .withRelativeMargin(margin)
                    .withRange(from, to)
                    .withNegatives(negatives));
    assertTrue(String.valueOf(refused.getMessage()).contains(named), refused.getMessage());
  }

  @Test
  void emptyInputIsRefused() {
    assertThrows(InvalidInputException.class, () -> HardNegatives.of(List.of(), Stream.of("text")));
    assertThrows(
        InvalidInputException.class,
        () -> HardNegatives.of(List.of(new Pair("a", "b")), Stream.of("", " ")));
  }
}
