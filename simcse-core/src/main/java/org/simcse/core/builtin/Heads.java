package org.simcse.core.builtin;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.simcse.api.ContrastiveHead;
import org.simcse.api.error.InvalidInputException;
import org.simcse.api.spi.HeadProvider;
import org.simcse.api.spi.ModelContext;
import org.simcse.api.spi.Options;
import org.simcse.api.spi.Providers;
import org.simcse.core.modeldir.HeadMode;

/**
 * Finds the head that a model is trained with, and whether the trained model keeps its MLP.
 *
 * <p>Training uses the whole head: projection and loss. The trained model uses only the MLP, and
 * only in the mode {@link HeadMode#TRAIN_AND_TEST}.
 */
public final class Heads {
  /** The option for when the MLP is applied: the {@link HeadMode#id} of a mode. */
  static final String MLP_OPTION = "mlp";

  static final String TEMPERATURE = "temperature";
  static final String WEIGHT = "hard-negative-weight";
  static final String ALPHA = "hard-negative-alpha";

  /** τ of the paper (Gao et al. 2021, section 3). */
  static final double DEFAULT_TEMPERATURE = 0.05;

  private Heads() {}

  /**
   * Returns the head of a name. It can build on every other head that is found.
   *
   * <p>A setting is passed to a head only if it differs from the default of SimCSE's head, so a
   * head that lacks an option can be used while the option is not set.
   *
   * @param mode when the MLP is applied
   * @param temperature τ, above 0
   * @param hardNegativeWeight the weight, as a logit
   * @param model the model that the head is for
   * @param plugins the plugins, searched beside the application itself
   * @throws org.simcse.api.error.UnknownProviderException if there is no head of that name
   * @throws InvalidInputException if an option is unknown or invalid, or has its own setting
   */
  public static ContrastiveHead of(
      Options chosen,
      HeadMode mode,
      double temperature,
      double hardNegativeWeight,
      ModelContext model,
      Collection<ModuleLayer> plugins) {
    Map<String, String> options = new LinkedHashMap<>(chosen.given());
    for (String setting : List.of(MLP_OPTION, TEMPERATURE, WEIGHT, ALPHA)) {
      if (options.containsKey(setting)) {
        throw new InvalidInputException(
            "The option %s=%s is a setting of its own: write --%s, not %s:%s."
                .formatted(setting, options.get(setting), setting, chosen.provider(), setting));
      }
    }
    if (mode == HeadMode.NONE) {
      options.put(MLP_OPTION, mode.id());
    }
    if (temperature != DEFAULT_TEMPERATURE) {
      options.put(TEMPERATURE, String.valueOf(temperature));
    }
    if (hardNegativeWeight != 0) {
      options.put(WEIGHT, String.valueOf(hardNegativeWeight));
    }
    Providers<HeadProvider> heads = Providers.heads(plugins);
    Options all = Options.of(chosen.provider(), options);
    return heads.create(all, provider -> provider.create(model.with(heads), all));
  }

  /**
   * Returns when the MLP is applied: the value of the option {@value #MLP_OPTION}; by default
   * always, as in the paper's supervised models.
   */
  static HeadMode mode(Options options) {
    return HeadMode.of(options.choice(MLP_OPTION, HeadMode.TRAIN_AND_TEST.id(), HeadMode.ids()))
        .orElseThrow();
  }
}
