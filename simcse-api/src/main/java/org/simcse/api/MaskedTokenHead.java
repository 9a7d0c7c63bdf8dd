package org.simcse.api;

/**
 * The shape of the head that predicts masked tokens from hidden states, {@code decoder
 * layerNorm(gelu(dense(h))) + bias}: the names of its parameters. {@code lm_head.decoder.weight}
 * {@code [V, H]} and {@code lm_head.bias} {@code [V]} have fixed names.
 *
 * @param dense the name of the dense layer {@code [H, H]}, without {@code .weight} and {@code
 *     .bias}
 * @param layerNorm the name of the layer normalisation, likewise
 * @param layerNormEps the epsilon added to the variance
 * @param wordEmbeddings the full name of the table {@code [V, H]} that a tied decoder shares
 * @since 0.1.0
 */
public record MaskedTokenHead(
    String dense, String layerNorm, double layerNormEps, String wordEmbeddings) {}
