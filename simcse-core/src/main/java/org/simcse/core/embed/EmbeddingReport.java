package org.simcse.core.embed;

/**
 * Statistics of an embedded stream of texts.
 *
 * @param texts the number of texts
 * @param tokens their tokens after truncation, including special tokens, excluding padding
 * @param truncated the number of texts that were longer than the maximal length and were truncated
 * @since 0.1.0
 */
public record EmbeddingReport(long texts, long tokens, long truncated) {
  /** Returns the sum of both. */
  EmbeddingReport plus(EmbeddingReport other) {
    return new EmbeddingReport(
        texts + other.texts, tokens + other.tokens, truncated + other.truncated);
  }
}
