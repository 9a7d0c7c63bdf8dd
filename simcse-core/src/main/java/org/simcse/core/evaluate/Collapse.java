package org.simcse.core.evaluate;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Rules that tell from the intrinsic metrics of an {@link Evaluation} that a model has collapsed:
 * its vectors hardly distinguish sentences, whatever its correlation with scores is.
 *
 * <p>Wang and Isola 2020 show that a contrastive loss asks for two things, that positives be close
 * and that all vectors be spread over the hypersphere. Each rule is the loss of one. Gao et al.
 * 2021 (section 3, figure 2) show what happens without the noise of dropout: alignment is lost. The
 * thresholds are this project's, far from what working models have: on STS-Benchmark's development
 * set all-MiniLM-L6-v2 has the uniformity -3.84 and the share 0.14; an encoder of the preset {@code
 * quickstart} with random weights has -0.25 and 0.63 on its own pairs.
 *
 * @since 0.1.0
 */
public enum Collapse {
  /**
   * Uniformity is above -0.1, where 0 means that all vectors coincide and about -4 that they are
   * spread as evenly as possible. Since the mean of exp(-2 d²) is at least exp of the mean, the
   * mean squared distance d² of two sentences is then below about 0.05, which is a mean cosine
   * above 0.97.
   */
  UNIFORMITY {
    @Override
    boolean isIn(Map<String, Double> metrics) {
      return value(metrics, Evaluation.UNIFORMITY) > MOST_UNIFORMITY;
    }

    @Override
    public String message(Map<String, Double> metrics) {
      return String.format(
          Locale.ROOT,
          "Collapse (rule uniformity): %s is %.3f, above %.1f, so the vectors of all sentences nearly coincide.",
          Evaluation.UNIFORMITY,
          value(metrics, Evaluation.UNIFORMITY),
          MOST_UNIFORMITY);
    }
  },

  /**
   * The mean squared distance of positives is at least 0.95 of that of any two sentences. The first
   * is the alignment, the second follows from alignment and cosine gap: |x - y|² = 2 - 2 cos(x, y),
   * so it is the alignment plus twice the gap. A share does not depend on how much of the sphere is
   * used.
   */
  POSITIVES {
    @Override
    boolean isIn(Map<String, Double> metrics) {
      return share(metrics) >= LEAST_SHARE;
    }

    @Override
    public String message(Map<String, Double> metrics) {
      return String.format(
          Locale.ROOT,
          "Collapse (rule positives): the mean squared distance of positives is %.2f of that of any two sentences, not below %.2f, so similar texts are no closer than others.",
          share(metrics),
          LEAST_SHARE);
    }
  };

  private static final double MOST_UNIFORMITY = -0.1;
  private static final double LEAST_SHARE = 0.95;

  /**
   * Returns the first rule that tells of a collapse; an undefined metric tells nothing. Where all
   * vectors coincide, which of them are closer is a matter of rounding and not looked at.
   *
   * @param metrics the result of an {@link Evaluation}
   */
  public static Optional<Collapse> in(Map<String, Double> metrics) {
    return Arrays.stream(values()).filter(rule -> rule.isIn(metrics)).findFirst();
  }

  abstract boolean isIn(Map<String, Double> metrics);

  /** Returns a sentence that names the rule and the numbers. */
  public abstract String message(Map<String, Double> metrics);

  private static double value(Map<String, Double> metrics, String name) {
    return metrics.getOrDefault(name, Double.NaN);
  }

  private static double share(Map<String, Double> metrics) {
    double positives = value(metrics, Evaluation.ALIGNMENT);
    return positives / (positives + 2 * value(metrics, Evaluation.COSINE_GAP));
  }
}
