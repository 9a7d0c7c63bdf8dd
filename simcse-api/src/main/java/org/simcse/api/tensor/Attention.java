package org.simcse.api.tensor;

/**
 * The operands of scaled dot-product attention, {@code dropout(softmax(query keyᵀ * scale + mask))
 * value} (Vaswani et al. 2017, section 3.2.1).
 *
 * @param query {@code [B, A, T, D]}
 * @param key {@code [B, A, S, D]}
 * @param value {@code [B, A, S, D]}
 * @param mask {@code FLOAT}, added to the scores, broadcast to {@code scores}
 * @param scores {@code [B, A, T, S]}
 * @param scale what the scores are multiplied by
 * @param type the type of query, key, value and result: {@code FLOAT}, or {@code BFLOAT16}, where
 *     scaling, mask, softmax and dropout are computed in {@code FLOAT} all the same
 * @param dropout of the probabilities
 * @param <H> the engine's handle
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
