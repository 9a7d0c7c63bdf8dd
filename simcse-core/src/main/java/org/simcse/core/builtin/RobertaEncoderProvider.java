package org.simcse.core.builtin;

import java.util.Map;
import java.util.Set;
import org.simcse.api.Encoder;
import org.simcse.api.spi.EncoderProvider;
import org.simcse.api.spi.ModelContext;
import org.simcse.api.spi.Options;

/**
 * Provides the encoders of model types {@code roberta}, {@code xlm-roberta} and {@code camembert},
 * which differ only in vocabulary and tokenizer.
 */
public final class RobertaEncoderProvider implements EncoderProvider {
  @Override
  public String name() {
    return "roberta";
  }

  @Override
  public Set<String> aliases() {
    return Set.of("xlm-roberta", "camembert");
  }

  @Override
  public String description() {
    return "the transformer encoder of RoBERTa";
  }

  @Override
  public Encoder create(ModelContext model, Options options) {
    return new BertEncoder(BertConfig.of(model.config(), 1), BertEncoder.Family.ROBERTA);
  }

  @Override
  public Map<String, Object> withDropout(Map<String, Object> config, double rate) {
    return BertConfig.withDropout(config, rate);
  }
}
