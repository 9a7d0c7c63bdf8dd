package org.simcse.api.spi;

import org.simcse.api.Encoder;

/** Makes an encoder; its name is the {@code model_type} of {@code config.json}. */
public interface EncoderProvider extends Provider {
  /**
   * The encoder that the model's config describes.
   *
   * @throws org.simcse.api.error.CheckpointException if the config asks for something that is not
   *     implemented
   */
  Encoder create(ModelContext model, Options options);
}
