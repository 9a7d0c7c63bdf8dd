package org.simcse.core.embed;

/**
 * What embedding a series of texts came to.
 *
 * @param texts how many there were
 * @param tokens their tokens after truncation, special tokens included, padding not
 * @param truncated how many texts were longer than the maximal length and were cut
 */
public record EmbeddingReport(long texts, long tokens, long truncated) {
  /** Both together. */
  EmbeddingReport plus(EmbeddingReport other) {
    return new EmbeddingReport(
        texts + other.texts, tokens + other.tokens, truncated + other.truncated);
  }
}
