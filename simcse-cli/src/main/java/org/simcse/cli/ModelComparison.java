package org.simcse.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.simcse.cli.io.Table;
import org.simcse.core.evaluate.Difference;
import org.simcse.core.evaluate.PairedBootstrap;
import org.simcse.core.evaluate.ScoredCosines;

/** Compares two models on the same pairs, with intervals. Figures are multiplied by 100. */
final class ModelComparison {
  private static final PairedBootstrap BOOTSTRAP =
      new PairedBootstrap(PairedBootstrap.RESAMPLES, 0);

  private ModelComparison() {}

  /**
   * Returns a table of the differences in Spearman's correlation, one row per set, and with several
   * sets one of their mean.
   *
   * @param names the names of both models
   * @param model the pairs of each set, with the cosines of the first model
   * @param other the same with those of the second
   */
  static Table table(
      List<String> names, Map<String, ScoredCosines> model, Map<String, ScoredCosines> other) {
    Map<String, Difference> differences = new LinkedHashMap<>();
    model.forEach(
        (set, pairs) -> {
          ScoredCosines others = other.get(set);
          if (others != null) {
            differences.put(set, BOOTSTRAP.spearman(pairs, others));
          }
        });
    if (model.size() > 1) {
      differences.put(
          "Avg.", BOOTSTRAP.meanSpearman(List.copyOf(model.values()), List.copyOf(other.values())));
    }
    List<List<Object>> rows = new ArrayList<>();
    differences.forEach((set, difference) -> rows.add(row(set, difference)));
    return new Table(
        String.format(
            Locale.ROOT,
            "%s less %s: Spearman's correlation x 100, 95 %% intervals of a paired bootstrap (%d resamples)",
            names.get(0),
            names.get(1),
            PairedBootstrap.RESAMPLES),
        List.of("set", "difference", "from", "to", "shown"),
        rows);
  }

  private static List<Object> row(String set, Difference difference) {
    return List.of(
        set,
        100 * difference.estimate(),
        100 * difference.low(),
        100 * difference.high(),
        difference.verdict());
  }
}
