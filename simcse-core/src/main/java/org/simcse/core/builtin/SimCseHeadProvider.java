package org.simcse.core.builtin;

import static org.simcse.core.builtin.TrainingHead.ALPHA;
import static org.simcse.core.builtin.TrainingHead.DEFAULT_TEMPERATURE;
import static org.simcse.core.builtin.TrainingHead.MLP_OPTION;
import static org.simcse.core.builtin.TrainingHead.TEMPERATURE;
import static org.simcse.core.builtin.TrainingHead.WEIGHT;

import org.simcse.api.ContrastiveHead;
import org.simcse.api.error.InvalidInputException;
import org.simcse.api.spi.HeadProvider;
import org.simcse.api.spi.ProviderContext;
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
  public ContrastiveHead create(ProviderContext context) {
    context.allowOptions(MLP_OPTION, TEMPERATURE, WEIGHT, ALPHA);
    return new SimCseHead(
        TrainingHead.mode(context.options()) != HeadMode.NONE,
        positive(
            TEMPERATURE,
            context.option(TEMPERATURE, DEFAULT_TEMPERATURE),
            "similarities are divided by it"),
        weight(context));
  }

  /**
   * What is added to a logit: given as it is, or as α of equation 5, of which it is the logarithm.
   */
  private static double weight(ProviderContext context) {
    if (!context.options().containsKey(ALPHA)) {
      return context.option(WEIGHT, 0.0);
    }
    if (context.options().containsKey(WEIGHT)) {
      throw new InvalidInputException(
          "Give either %s=%s, which is added to a logit, or %s=%s, the factor whose logarithm that is, not both."
              .formatted(
                  WEIGHT, context.options().get(WEIGHT), ALPHA, context.options().get(ALPHA)));
    }
    return Math.log(
        positive(
            ALPHA, context.option(ALPHA, 1.0), "it is the number of times that a negative counts"));
  }

  private static double positive(String option, double value, String why) {
    if (!(value > 0)) {
      throw new InvalidInputException(
          "The option %s=%s must be above 0: %s.".formatted(option, value, why));
    }
    return value;
  }
}
