package org.simcse.plugins.distilbert;

import java.util.Map;
import org.simcse.api.Encoder;
import org.simcse.api.spi.EncoderProvider;
import org.simcse.api.spi.ProviderContext;

/** The model type {@code distilbert}. */
public final class DistilBertEncoderProvider implements EncoderProvider {
  /** For ServiceLoader. */
  public DistilBertEncoderProvider() {}

  @Override
  public String name() {
    return "distilbert";
  }

  @Override
  public Encoder create(ProviderContext context) {
    return new DistilBertEncoder(DistilBertConfig.of(context.modelConfig()));
  }

  @Override
  public Map<String, Object> withDropout(Map<String, Object> config, double rate) {
    return DistilBertConfig.withDropout(config, rate);
  }
}
