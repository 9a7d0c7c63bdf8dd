package org.simcse.core.tokenize;

import org.simcse.api.TokenSequence;

/**
 * An encoded text.
 *
 * @param tokens the tokens after truncation, special tokens included
 * @param cut the number of tokens removed by truncation; 0 if the text fits
 */
public record Encoded(TokenSequence tokens, int cut) {
  /** Returns whether the text was truncated. */
  public boolean truncated() {
    return cut > 0;
  }
}
