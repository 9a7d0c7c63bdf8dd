package org.simcse.core.train.step;

import java.util.Map;
import org.simcse.api.AuxiliaryLoss;
import org.simcse.api.Encoder;
import org.simcse.api.MaskedTokenHead;
import org.simcse.api.TokenBatch;
import org.simcse.api.error.InvalidInputException;
import org.simcse.api.tensor.ForwardPass;
import org.simcse.api.tensor.Initializer;
import org.simcse.api.tensor.Shape;
import org.simcse.api.tensor.Tensor;

/**
 * Masked language modelling: the cross entropy of the original tokens at the masked positions,
 * given the encoder's hidden states of the masked batch.
 *
 * <p>The head is that of BERT and RoBERTa, {@code decoder(layerNorm(gelu(dense(h)))) + bias}, under
 * the names that the reference saves. It runs on the masked positions only, {@code [M, H]}: the
 * other rows of the logits {@code [M, V]} would be discarded. Immutable and thread-safe.
 *
 * @param head the names of the parameters before the decoder
 * @param tied whether the decoder is the word embedding table; if not, it is a separate matrix, as
 *     in the reference
 */
public record MaskedLanguageModel(MaskedTokenHead head, boolean tied) implements AuxiliaryLoss {
  private static final String BIAS = "lm_head.bias";
  private static final String DECODER = "lm_head.decoder.weight";
  private static final float INITIALIZER_RANGE = 0.02f;

  /**
   * Returns the model for an encoder.
   *
   * @throws InvalidInputException if the encoder has none
   */
  public static MaskedLanguageModel of(Encoder encoder, boolean tied) {
    return encoder
        .maskedTokenHead()
        .map(head -> new MaskedLanguageModel(head, tied))
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "The encoder %s has no head for masked language modelling; train without it."
                        .formatted(encoder.getClass().getName())));
  }

  /**
   * Returns where a pre-trained checkpoint stores parameters that it lacks under the head's own
   * names: one trained with a tied decoder stores the decoder as the word embeddings.
   *
   * @return stored names by requested ones, for {@link
   *     org.simcse.core.weights.Checkpoint#withAliases}
   */
  public Map<String, String> aliases() {
    return Map.of(DECODER, head.wordEmbeddings());
  }

  @Override
  public Tensor sum(ForwardPass pass, Encoder encoder, TokenBatch batch, Targets targets) {
    Tensor states = encoder.encode(pass, batch).last(); // [B, T, H]
    Tensor masked =
        states
            .reshape(states.dim(0).times(states.dim(1)), states.dim(2))
            .take(targets.indices()); // [M, H]
    Shape vocabulary = Shape.of(encoder.vocabularySize());
    Tensor bias = pass.parameter(BIAS, vocabulary, Initializer.zeros());
    Tensor dense = pass.linear(masked, head.dense(), encoder.hiddenSize()).gelu();
    Tensor logits =
        pass.layerNorm(dense, head.layerNorm(), head.layerNormEps())
            .linear(decoder(pass, encoder), bias); // [M, V]
    return logits.crossEntropy(targets.targets()).mul(targets.weights()).sum();
  }

  private Tensor decoder(ForwardPass pass, Encoder encoder) {
    return pass.parameter(
        tied ? head.wordEmbeddings() : DECODER,
        Shape.of(encoder.vocabularySize(), encoder.hiddenSize()),
        Initializer.normal(INITIALIZER_RANGE));
  }
}
