package org.simcse.core.builtin;

import java.util.Map;
import org.simcse.api.Encoder;
import org.simcse.api.spi.EncoderProvider;
import org.simcse.api.spi.ProviderContext;

/** The model type {@code bert}. */
public final class BertEncoderProvider implements EncoderProvider {
  @Override
  public String name() {
    return "bert";
  }

  @Override
  public Encoder create(ProviderContext context) {
    return new BertEncoder(BertConfig.of(context.modelConfig(), 0), BertEncoder.Family.BERT);
  }

  @Override
  public Map<String, Object> withDropout(Map<String, Object> config, double rate) {
    return BertConfig.withDropout(config, rate);
  }
}
