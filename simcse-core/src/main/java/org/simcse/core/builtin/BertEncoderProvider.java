package org.simcse.core.builtin;

import java.util.Map;
import org.simcse.api.Encoder;
import org.simcse.api.spi.EncoderProvider;
import org.simcse.api.spi.ModelContext;
import org.simcse.api.spi.Options;

/** Provides the encoder of model type {@code bert}. */
public final class BertEncoderProvider implements EncoderProvider {
  @Override
  public String name() {
    return "bert";
  }

  @Override
  public String description() {
    return "the transformer encoder of BERT";
  }

  @Override
  public Encoder create(ModelContext model, Options options) {
    return new BertEncoder(BertConfig.of(model.config(), 0), BertEncoder.Family.BERT);
  }

  @Override
  public Map<String, Object> withDropout(Map<String, Object> config, double rate) {
    return BertConfig.withDropout(config, rate);
  }
}
