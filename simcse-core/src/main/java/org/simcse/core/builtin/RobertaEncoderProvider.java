package org.simcse.core.builtin;

import org.simcse.api.Encoder;
import org.simcse.api.spi.EncoderProvider;
import org.simcse.api.spi.ModelContext;
import org.simcse.api.spi.Options;

/**
 * The model types {@code roberta} and {@code xlm-roberta}, which differ only in their tokenizer.
 */
public final class RobertaEncoderProvider implements EncoderProvider {
  @Override
  public String name() {
    return "roberta";
  }

  @Override
  public String description() {
    return "the transformer encoder of RoBERTa";
  }

  @Override
  public Encoder create(ModelContext model, Options options) {
    return new BertEncoder(BertConfig.of(model.config(), 1), BertEncoder.Family.ROBERTA);
  }
}
