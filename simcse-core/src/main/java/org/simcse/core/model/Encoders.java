package org.simcse.core.model;

import java.util.Collection;
import java.util.Map;
import org.simcse.api.Encoder;
import org.simcse.api.error.CheckpointException;
import org.simcse.api.error.InvalidInputException;
import org.simcse.api.spi.EncoderProvider;
import org.simcse.api.spi.ModelContext;
import org.simcse.api.spi.Options;
import org.simcse.api.spi.Providers;
import org.simcse.core.modeldir.ModelDirectory;

/** Finds the encoder of a model by its {@code model_type}. */
public final class Encoders {
  private Encoders() {}

  /**
   * Returns the encoder that a model's configuration describes.
   *
   * @param plugins the plugins, searched for providers beside SimCSE's own
   * @throws CheckpointException if there is none for its {@code model_type}, or it rejects a
   *     setting
   */
  public static Encoder of(
      ModelDirectory directory, Map<String, Object> config, Collection<ModuleLayer> plugins) {
    Providers<EncoderProvider> encoders = Providers.encoders(plugins);
    Options type = type(directory, config, encoders);
    return encoders.create(type, found -> found.create(ModelContext.of(config), type));
  }

  /**
   * Returns a model's configuration with another dropout rate in the encoder's own settings.
   *
   * @throws InvalidInputException if the encoder has no dropout
   */
  public static Map<String, Object> withDropout(
      ModelDirectory directory,
      Map<String, Object> config,
      double rate,
      Collection<ModuleLayer> plugins) {
    Providers<EncoderProvider> encoders = Providers.encoders(plugins);
    return encoders.create(
        type(directory, config, encoders), found -> found.withDropout(config, rate));
  }

  private static Options type(
      ModelDirectory directory, Map<String, Object> config, Providers<EncoderProvider> encoders) {
    String type = String.valueOf(config.getOrDefault("model_type", directory.modelType()));
    return encoders
        .find(type)
        .map(found -> Options.of(found.name()))
        .orElseThrow(
            () ->
                new CheckpointException(
                    "The model %s has the model_type '%s', for which there is no encoder; there are %s. A plugin may add one, as simcse-distilbert adds distilbert."
                        .formatted(directory.source(), type, String.join(", ", encoders.names()))));
  }
}
