package org.simcse.core.builtin;

import org.simcse.api.Encoder;
import org.simcse.api.spi.EncoderProvider;
import org.simcse.api.spi.ProviderContext;

/**
 * The model types {@code roberta} and {@code xlm-roberta}, which differ only in their tokenizer.
 */
public final class RobertaEncoderProvider implements EncoderProvider {
  @Override
  public String name() {
    return "roberta";
  }

  @Override
  public Encoder create(ProviderContext context) {
    return new BertEncoder(BertConfig.of(context.modelConfig(), 1), BertEncoder.Family.ROBERTA);
  }
}
