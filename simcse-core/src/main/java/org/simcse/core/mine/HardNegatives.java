package org.simcse.core.mine;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.simcse.api.error.InvalidInputException;
import org.simcse.core.embed.Cosine;
import org.simcse.core.evaluate.Evaluation;
import org.simcse.core.evaluate.TextVectors;
import org.simcse.core.io.SplitMix64;
import org.simcse.core.mine.MiningResult.Fate;
import org.simcse.core.search.ExactSearch;

/**
 * Finds hard negatives: texts of a corpus that a model takes for similar to an anchor although they
 * are not its positives.
 *
 * <pre>{@code
 * HardNegatives mining = HardNegatives.of(pairs, corpus);
 * MiningResult result = mining.mine(MiningRules.top(1).withRelativeMargin(0.05), queries, documents);
 * }</pre>
 *
 * <p>The search is exact. Texts that are equal but for case, white space and the composition of
 * Unicode's characters (NFC) count as one, and the first of them is used. A text that occurs in a
 * pair with an anchor, on either side, is never its negative. The same vectors give the same rows
 * on every machine. Memory holds all texts, the vectors of the pairs' texts, and for every anchor
 * its nearest texts; vectors of the corpus are not kept. Immutable.
 *
 * @since 0.1.0
 */
public final class HardNegatives {
  /** The number of texts of the corpus that are embedded at once. */
  private static final int CHUNK = 8192;

  /** That of Unicode, with no-break and ideographic spaces. */
  private static final Pattern WHITE_SPACE = Pattern.compile("(?U)\\s+");

  private final List<Pair> pairs;
  private final List<String> corpus;

  /** The normal form of each text of the corpus, in the same order. */
  private final List<String> forms;

  private final int duplicates;

  /** For the normal form of each anchor, those of the texts in pairs with it, and its own. */
  private final Map<String, Set<String>> known = new HashMap<>();

  /**
   * An anchor and one of its positives.
   *
   * @param anchor the anchor
   * @param positive a text that is similar to it
   */
  public record Pair(String anchor, String positive) {}

  private HardNegatives(List<Pair> pairs, Map<String, String> corpus, int duplicates) {
    this.pairs = List.copyOf(pairs);
    this.corpus = List.copyOf(corpus.values());
    this.forms = List.copyOf(corpus.keySet());
    this.duplicates = duplicates;
    for (Pair pair : pairs) {
      String anchor = normal(pair.anchor());
      String positive = normal(pair.positive());
      known(anchor).add(positive);
      known(positive).add(anchor);
    }
  }

  private Set<String> known(String text) {
    return known.computeIfAbsent(text, self -> new HashSet<>(Set.of(self)));
  }

  /**
   * Prepares mining; embeds nothing yet.
   *
   * @param pairs the pairs, of which each becomes a row
   * @param corpus the texts among which negatives are looked for; blank ones are left out
   * @throws InvalidInputException if there is no pair, or no text
   */
  public static HardNegatives of(List<Pair> pairs, Stream<String> corpus) {
    Map<String, String> distinct = new LinkedHashMap<>();
    int[] all = {0};
    corpus.forEach(
        text -> {
          String form = normal(text);
          if (!form.isEmpty()) {
            all[0]++;
            distinct.putIfAbsent(form, text);
          }
        });
    if (pairs.isEmpty() || distinct.isEmpty()) {
      throw new InvalidInputException(
          pairs.isEmpty()
              ? "There are no pairs to find negatives for."
              : "The corpus has no texts to find negatives among.");
    }
    return new HardNegatives(pairs, distinct, all[0] - distinct.size());
  }

  private static String normal(String text) {
    String composed = Normalizer.normalize(text, Normalizer.Form.NFC);
    return WHITE_SPACE.matcher(composed).replaceAll(" ").strip().toLowerCase(Locale.ROOT);
  }

  /** Returns the number of different texts of the corpus. */
  public int corpus() {
    return corpus.size();
  }

  /** Returns how many texts of the corpus were left out because another is equal. */
  public int duplicates() {
    return duplicates;
  }

  /** Returns the number of texts that {@link #mine} embeds. */
  public int texts() {
    Set<String> documents = positives();
    documents.addAll(corpus);
    return anchors().size() + documents.size();
  }

  private Set<String> anchors() {
    return distinct(Pair::anchor);
  }

  private Set<String> positives() {
    return distinct(Pair::positive);
  }

  private Set<String> distinct(Function<Pair, String> side) {
    return pairs.stream().map(side).collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /**
   * Rejects rules that want more negatives than there are texts; {@link #mine} does so too.
   *
   * @throws InvalidInputException if no row could be complete
   */
  public void requireEnough(MiningRules rules) {
    if (rules.negatives() > corpus.size()) {
      throw new InvalidInputException(
          "The corpus has %d different texts, fewer than the %d negatives per row; add texts, or ask for fewer negatives."
              .formatted(corpus.size(), rules.negatives()));
    }
  }

  /**
   * Mines. Every text is embedded once, and once more if it is an anchor too.
   *
   * @param queries embeds anchors
   * @param documents embeds positives and the corpus; it may put another prompt before them
   * @throws InvalidInputException if the rules want more negatives than there are texts
   */
  public MiningResult mine(
      MiningRules rules, Evaluation.Embedding queries, Evaluation.Embedding documents) {
    requireEnough(rules);
    Map<String, float[]> anchors = new TextVectors(List.of(anchors()), queries).next();
    Map<String, float[]> positives = new TextVectors(List.of(positives()), documents).next();
    List<String> order = List.copyOf(anchors());
    ExactSearch search = search(order, anchors, positives, rules, documents);
    Map<String, Integer> indices = new HashMap<>();
    order.forEach(anchor -> indices.put(anchor, indices.size()));
    Selection selection = new Selection(rules);
    for (Pair pair : pairs) {
      double positive =
          Cosine.of(vector(anchors, pair.anchor()), vector(positives, pair.positive()));
      int query = Objects.requireNonNull(indices.get(pair.anchor()));
      selection.add(pair, positive, search.hits(query));
    }
    return selection.result();
  }

  private static float[] vector(Map<String, float[]> vectors, String text) {
    return Objects.requireNonNull(vectors.get(text));
  }

  /** Searches the corpus for the anchors' nearest texts. */
  private ExactSearch search(
      List<String> anchors,
      Map<String, float[]> ofAnchors,
      Map<String, float[]> ofPositives,
      MiningRules rules,
      Evaluation.Embedding documents) {
    // Known texts have no rank, but take a place among the nearest.
    int[] counts =
        anchors.stream()
            .mapToLong(anchor -> (long) rules.to() + known(normal(anchor)).size())
            .mapToInt(count -> (int) Math.min(count, corpus.size()))
            .toArray();
    ExactSearch search =
        new ExactSearch(
            anchors.stream().map(anchor -> vector(ofAnchors, anchor)).toArray(float[][]::new),
            counts);
    for (int from = 0; from < corpus.size(); from += CHUNK) {
      List<String> chunk = corpus.subList(from, Math.min(from + CHUNK, corpus.size()));
      List<String> missing = chunk.stream().filter(text -> !ofPositives.containsKey(text)).toList();
      float[][] rows = documents.embed(missing);
      float[][] all = new float[chunk.size()][];
      int next = 0;
      for (int i = 0; i < all.length; i++) {
        float[] present = ofPositives.get(chunk.get(i));
        all[i] = present == null ? rows[next++] : present;
      }
      search.add(all);
    }
    return search;
  }

  /** Applies the rules to one pair after the other. */
  private final class Selection {
    private final MiningRules rules;
    private final List<MiningResult.Row> rows = new ArrayList<>();
    private final Map<Fate, Long> fates = new EnumMap<>(Fate.class);
    private int pair;

    Selection(MiningRules rules) {
      this.rules = rules;
    }

    /**
     * Adds a pair.
     *
     * @param positive the cosine of anchor and positive
     * @param nearest the texts nearest to the anchor
     */
    void add(Pair texts, double positive, List<ExactSearch.Hit> nearest) {
      Set<String> never = known(normal(texts.anchor()));
      List<String> usable = new ArrayList<>();
      int rank = 0;
      for (ExactSearch.Hit hit : nearest) {
        String text = corpus.get(hit.document());
        if (never.contains(forms.get(hit.document()))) {
          count(Fate.KNOWN, 1);
        } else if (++rank > rules.to()) {
          break;
        } else if (rank <= rules.from()) {
          count(Fate.BEFORE_RANGE, 1);
        } else if (rules.isAboveMaxScore(hit.cosine())) {
          count(Fate.ABOVE_MAX_SCORE, 1);
        } else if (rules.isWithinMargin(hit.cosine(), positive)) {
          count(Fate.WITHIN_MARGIN, 1);
        } else {
          usable.add(text);
        }
      }
      if (usable.size() >= rules.negatives()) {
        List<String> chosen = chosen(usable);
        rows.add(new MiningResult.Row(texts.anchor(), texts.positive(), chosen));
        count(Fate.CHOSEN, chosen.size());
        count(Fate.NOT_CHOSEN, usable.size() - chosen.size());
      } else {
        count(Fate.TOO_FEW, usable.size());
      }
      pair++;
    }

    private void count(Fate fate, int texts) {
      if (texts > 0) {
        fates.merge(fate, (long) texts, Long::sum);
      }
    }

    private List<String> chosen(List<String> usable) {
      if (rules.choice() == MiningRules.Choice.TOP) {
        return usable.subList(0, rules.negatives());
      }
      // A pair's choice depends on its number alone, not on what the rules left to those before.
      SplitMix64 generator = SplitMix64.ofEpoch(rules.seed(), pair);
      List<Integer> left = new ArrayList<>();
      for (int i = 0; i < usable.size(); i++) {
        left.add(i);
      }
      Set<Integer> ranks = new TreeSet<>();
      while (ranks.size() < rules.negatives()) {
        ranks.add(left.remove(generator.below(left.size())));
      }
      return ranks.stream().map(usable::get).toList();
    }

    MiningResult result() {
      return new MiningResult(rows, pairs.size() - rows.size(), fates);
    }
  }
}
