package org.simcse.api.tensor;

/**
 * The operands of scaled dot-product attention, {@code dropout(softmax(query keyᵀ * scale + mask))
 * value} (Vaswani et al. 2017, section 3.2.1).
 *
 * @param query {@code [B, A, T, D]}
 * @param key {@code [B, A, S, D]}
 * @param value {@code [B, A, S, D]}
 * @param mask the mask, {@code FLOAT}, added to the scores, broadcast to {@code scores}
 * @param scores {@code [B, A, T, S]}
 * @param scale the factor of the scores
 * @param type the type of query, key, value and result: {@code FLOAT}, or {@code BFLOAT16}, in
 *     which case scaling, mask, softmax and dropout are still computed in {@code FLOAT}
 * @param dropout the dropout of the probabilities
 * @param <H> the engine's handle
 * @since 0.1.0
 */
public record Attention<H>(
    H query,
    H key,
    H value,
    H mask,
    Shape scores,
    double scale,
    ElementType type,
    Dropout<H> dropout) {}
