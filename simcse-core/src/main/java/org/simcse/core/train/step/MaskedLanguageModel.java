package org.simcse.core.train.step;

import java.util.Map;
import org.simcse.api.AuxiliaryTerm;
import org.simcse.api.Encoder;
import org.simcse.api.TokenBatch;
import org.simcse.api.error.InvalidInputException;
import org.simcse.api.tensor.ForwardPass;
import org.simcse.api.tensor.Initializer;
import org.simcse.api.tensor.Shape;
import org.simcse.api.tensor.Tensor;
import org.simcse.core.builtin.BertEncoder;

/**
 * Masked language modelling: the cross entropy of the original tokens at the masked places, given
 * the encoder's hidden states of the masked batch.
 *
 * <p>The head is that of BERT and RoBERTa, {@code decoder(layerNorm(gelu(dense(h)))) + bias}, under
 * the names that the reference saves. It runs on the masked places alone, {@code [M, H]}: the other
 * rows of the logits {@code [M, V]} would be thrown away. Immutable and safe to share.
 *
 * @param family whose names the parameters have
 * @param layerNormEps added to the variance; the encoder's own
 * @param tied whether the decoder is the table of word embeddings; else it is a matrix of its own,
 *     as in the reference
 */
public record MaskedLanguageModel(BertEncoder.Family family, double layerNormEps, boolean tied)
    implements AuxiliaryTerm {
  private static final String HEAD = "lm_head.";
  private static final String DECODER = "decoder.weight";
  private static final String WORDS = "embeddings.word_embeddings.weight";
  private static final float INITIALIZER_RANGE = 0.02f;

  /**
   * The one that belongs to an encoder.
   *
   * @throws InvalidInputException if the encoder is neither BERT nor RoBERTa
   */
  public static MaskedLanguageModel of(Encoder encoder, boolean tied) {
    if (encoder instanceof BertEncoder bert) {
      return new MaskedLanguageModel(bert.family(), bert.config().layerNormEps(), tied);
    }
    throw new InvalidInputException(
        "Masked language modelling knows the heads of BERT and RoBERTa, but the encoder is %s; train without it."
            .formatted(encoder.getClass().getName()));
  }

  /**
   * Where a pre-trained checkpoint keeps what it does not store under the head's own names: one
   * that was trained with a tied decoder has it as the word embeddings.
   *
   * @return stored names by wanted ones, for {@link org.simcse.core.weights.Checkpoint#withAliases}
   */
  public Map<String, String> aliases() {
    return Map.of(HEAD + DECODER, family.prefix() + WORDS);
  }

  @Override
  public Tensor sum(ForwardPass pass, Encoder encoder, TokenBatch batch, Targets targets) {
    Tensor states = encoder.encode(pass, batch).last(); // [B, T, H]
    Tensor masked =
        states
            .reshape(states.dim(0).times(states.dim(1)), states.dim(2))
            .gather(targets.indices()); // [M, H]
    Shape vocabulary = Shape.of(encoder.vocabularySize());
    Tensor bias = pass.in(HEAD).parameter("bias", vocabulary, Initializer.zeros());
    Tensor logits =
        transform(pass.in(HEAD), masked, encoder.hiddenSize())
            .linear(decoder(pass, encoder), bias); // [M, V]
    return logits.crossEntropy(targets.targets()).mul(targets.weights()).sum();
  }

  private Tensor transform(ForwardPass head, Tensor masked, int hiddenSize) {
    return switch (family) {
      case BERT ->
          head.layerNorm(
              head.linear(masked, "transform.dense", hiddenSize).gelu(),
              "transform.LayerNorm",
              layerNormEps);
      case ROBERTA ->
          head.layerNorm(
              head.linear(masked, "dense", hiddenSize).gelu(), "layer_norm", layerNormEps);
    };
  }

  private Tensor decoder(ForwardPass pass, Encoder encoder) {
    return pass.parameter(
        tied ? family.prefix() + WORDS : HEAD + DECODER,
        Shape.of(encoder.vocabularySize(), encoder.hiddenSize()),
        Initializer.normal(INITIALIZER_RANGE));
  }
}
