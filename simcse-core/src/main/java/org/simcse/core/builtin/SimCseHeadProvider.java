package org.simcse.core.builtin;

import static org.simcse.core.builtin.Heads.ALPHA;
import static org.simcse.core.builtin.Heads.DEFAULT_TEMPERATURE;
import static org.simcse.core.builtin.Heads.TEMPERATURE;
import static org.simcse.core.builtin.Heads.WEIGHT;

import org.simcse.api.ContrastiveHead;
import org.simcse.api.error.InvalidInputException;
import org.simcse.api.spi.HeadProvider;
import org.simcse.api.spi.ModelContext;
import org.simcse.api.spi.Options;
import org.simcse.core.modeldir.HeadMode;

/** Makes a {@link SimCseHead}. */
public final class SimCseHeadProvider implements HeadProvider {
  /** For ServiceLoader. */
  public SimCseHeadProvider() {}

  @Override
  public String name() {
    return "simcse";
  }

  @Override
  public String description() {
    return "cross entropy of cosine over temperature with in-batch and hard negatives, behind an MLP; mlp, temperature, hard-negative-weight or hard-negative-alpha";
  }

  @Override
  public ContrastiveHead create(ModelContext model, Options options) {
    return new SimCseHead(
        Heads.mode(options) != HeadMode.NONE,
        options.positive(TEMPERATURE, DEFAULT_TEMPERATURE),
        weight(options));
  }

  /**
   * Returns the constant added to a logit, given directly or as α of equation 5, whose logarithm it
   * is.
   */
  private static double weight(Options options) {
    double weight = options.number(WEIGHT, 0);
    double alpha = options.positive(ALPHA, 1);
    if (options.has(WEIGHT) && options.has(ALPHA)) {
      throw new InvalidInputException(
          "Give either %s=%s, which is added to a logit, or %s=%s, the factor whose logarithm that is, not both."
              .formatted(WEIGHT, weight, ALPHA, alpha));
    }
    return options.has(ALPHA) ? Math.log(alpha) : weight;
  }
}
