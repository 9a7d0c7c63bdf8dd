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
import org.simcse.core.evaluate.UnitFigures;

/**
 * Compares two models on the same pairs, queries or rows, with intervals.
 *
 * @param models the names of both
 * @param figure what is compared, for display
 * @param label what the differences are told apart by, for display
 * @param differences the first model's figures less the second's
 */
record ModelComparison(
    List<String> models, String figure, String label, Map<String, Difference> differences) {
  private static final PairedBootstrap BOOTSTRAP =
      new PairedBootstrap(PairedBootstrap.RESAMPLES, 0);

  /**
   * Compares Spearman's correlations: those of the sets and, of several, their mean.
   *
   * @param models both models
   * @param model the pairs of each set, with the cosines of the first model
   * @param other the same with those of the second
   */
  static ModelComparison ofCorrelations(
      List<EvaluatedModel> models,
      Map<String, ScoredCosines> model,
      Map<String, ScoredCosines> other) {
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
    return new ModelComparison(names(models), "Spearman's correlation", "set", differences);
  }

  /**
   * Compares the means of each measure.
   *
   * @param models both models
   * @param model the figures of the first model
   * @param other those of the second, of the same units
   */
  static ModelComparison ofMeans(
      List<EvaluatedModel> models, UnitFigures model, UnitFigures other) {
    Map<String, Difference> differences = new LinkedHashMap<>();
    model
        .byMeasure()
        .forEach(
            (measure, figures) -> {
              double[] others = other.byMeasure().get(measure);
              if (others != null) {
                differences.put(measure, BOOTSTRAP.means(figures, others));
              }
            });
    return new ModelComparison(names(models), "measures", "measure", differences);
  }

  private static List<String> names(List<EvaluatedModel> models) {
    return models.stream().map(EvaluatedModel::name).toList();
  }

  /** Returns a table for people, with differences multiplied by 100. */
  Table table() {
    return table(
        String.format(
            Locale.ROOT,
            "%s less %s: %s x 100, 95 %% intervals of a paired bootstrap (%d resamples)",
            models.get(0),
            models.get(1),
            figure,
            PairedBootstrap.RESAMPLES),
        100);
  }

  /** Returns the differences for JSON, in the units of the figures. */
  List<Map<String, Object>> objects() {
    return table("", 1).objects();
  }

  private Table table(String title, double scale) {
    List<List<Object>> rows = new ArrayList<>();
    differences.forEach(
        (name, difference) ->
            rows.add(
                List.of(
                    name,
                    scale * difference.estimate(),
                    scale * difference.low(),
                    scale * difference.high(),
                    difference.verdict())));
    return new Table(title, List.of(label, "difference", "from", "to", "shown"), rows);
  }
}
