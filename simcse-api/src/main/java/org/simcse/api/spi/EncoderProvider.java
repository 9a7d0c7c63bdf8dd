package org.simcse.api.spi;

import java.util.Map;
import org.simcse.api.Encoder;
import org.simcse.api.error.InvalidInputException;

/**
 * Creates an encoder; its name is the {@code model_type} of {@code config.json}.
 *
 * @since 0.1.0
 */
public interface EncoderProvider extends Provider {
  /**
   * Creates the encoder that the model's config describes.
   *
   * @throws org.simcse.api.error.CheckpointException if the config requires something that is not
   *     implemented
   */
  Encoder create(ModelContext model, Options options);

  /**
   * Returns the config of the same model with another rate for every dropout.
   *
   * @param config the content of {@code config.json}
   * @param rate the dropout rate, in [0, 1)
   * @return a copy of {@code config} with the rate in every dropout setting
   * @throws org.simcse.api.error.InvalidInputException unless overridden: this encoder has no
   *     configurable dropout
   */
  default Map<String, Object> withDropout(Map<String, Object> config, double rate) {
    throw new InvalidInputException(
        "The dropout rate cannot be set to %s: the encoder '%s' has no setting for it."
            .formatted(rate, name()));
  }
}
