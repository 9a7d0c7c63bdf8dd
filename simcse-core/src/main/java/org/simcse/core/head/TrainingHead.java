package org.simcse.core.head;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.simcse.api.ContrastiveHead;
import org.simcse.api.error.InvalidInputException;
import org.simcse.api.spi.HeadProvider;
import org.simcse.api.spi.ProviderContext;
import org.simcse.api.spi.Providers;
import org.simcse.core.checkpoint.HeadMode;
import org.simcse.core.plugin.NameAndOptions;

/**
 * The head that a model is trained with, and what of it the trained model keeps.
 *
 * <p>Training takes the whole head: projection and loss. The trained model takes the MLP alone, and
 * that only in the mode {@link HeadMode#TRAIN_AND_TEST}.
 */
public final class TrainingHead {
  /** The option that says when the MLP is applied: the {@link HeadMode#id} of a mode. */
  public static final String MLP_OPTION = "mlp";

  private TrainingHead() {}

  /**
   * The chosen head. It can build on every other head that is found.
   *
   * @param settings the options that have settings of their own, such as {@code temperature}, where
   *     they differ from what a head does by itself
   * @param modelConfig the model's {@code config.json}
   * @param plugins where to look beside the application itself
   * @throws org.simcse.api.error.UnknownProviderException if there is no head of that name
   * @throws InvalidInputException if an option is unknown, makes no sense, or is given both as a
   *     setting and behind the name
   */
  public static ContrastiveHead of(
      NameAndOptions chosen,
      Map<String, String> settings,
      Map<String, Object> modelConfig,
      Collection<ModuleLayer> plugins) {
    Map<String, String> options = new HashMap<>(chosen.options());
    settings.forEach(
        (name, value) -> {
          String other = options.put(name, value);
          if (other != null) {
            throw new InvalidInputException(
                "The head's option %s is given twice: %s behind %s, and %s as a setting."
                    .formatted(name, other, chosen.name(), value));
          }
        });
    Providers<HeadProvider> heads = Providers.heads(plugins);
    return heads.get(chosen.name()).create(new ProviderContext(modelConfig, options, heads));
  }

  /**
   * When the MLP is applied, for the trained model's metadata: what {@value #MLP_OPTION} says, or
   * always, as in the supervised models of the paper.
   *
   * @throws InvalidInputException if it is no mode
   */
  public static HeadMode mode(Map<String, String> options) {
    String id = options.getOrDefault(MLP_OPTION, HeadMode.TRAIN_AND_TEST.id());
    return HeadMode.of(id)
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "The option %s=%s is none of %s."
                        .formatted(MLP_OPTION, id, String.join(", ", HeadMode.ids()))));
  }
}
