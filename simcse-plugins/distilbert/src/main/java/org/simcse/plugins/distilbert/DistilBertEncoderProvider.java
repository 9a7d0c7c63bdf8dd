package org.simcse.plugins.distilbert;

import java.util.Map;
import org.simcse.api.Encoder;
import org.simcse.api.spi.EncoderProvider;
import org.simcse.api.spi.ModelContext;
import org.simcse.api.spi.Options;

/** The model type {@code distilbert}. */
public final class DistilBertEncoderProvider implements EncoderProvider {
  /** For ServiceLoader. */
  public DistilBertEncoderProvider() {}

  @Override
  public String name() {
    return "distilbert";
  }

  @Override
  public String description() {
    return "the transformer encoder of DistilBERT";
  }

  @Override
  public Encoder create(ModelContext model, Options options) {
    return new DistilBertEncoder(DistilBertConfig.of(model.config()));
  }

  @Override
  public Map<String, Object> withDropout(Map<String, Object> config, double rate) {
    return DistilBertConfig.withDropout(config, rate);
  }
}
