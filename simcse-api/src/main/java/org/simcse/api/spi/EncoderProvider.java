package org.simcse.api.spi;

import java.util.Map;
import org.simcse.api.Encoder;
import org.simcse.api.error.InvalidInputException;

/** Makes an encoder; its name is the {@code model_type} of {@code config.json}. */
public interface EncoderProvider extends Provider {
  /**
   * The encoder that the model's config describes.
   *
   * @throws org.simcse.api.error.CheckpointException if the config asks for something that is not
   *     implemented
   */
  Encoder create(ModelContext model, Options options);

  /**
   * The same model with another dropout rate wherever it drops out.
   *
   * @param config {@code config.json}
   * @param rate in [0, 1)
   * @return a copy of {@code config} in which its own settings have the rate
   * @throws org.simcse.api.error.InvalidInputException unless overridden: this encoder has no
   *     dropout that could be set
   */
  default Map<String, Object> withDropout(Map<String, Object> config, double rate) {
    throw new InvalidInputException(
        "The dropout rate cannot be set to %s: the encoder '%s' has no setting for it."
            .formatted(rate, name()));
  }
}
