package org.simcse.core.tokenize;

import org.simcse.api.TokenSequence;

/**
 * What became of one text.
 *
 * @param tokens the tokens that are left, special tokens included
 * @param cut how many tokens were cut off because the text is too long; 0 if it fits
 */
public record Encoded(TokenSequence tokens, int cut) {
  /** Whether the text was too long. */
  public boolean truncated() {
    return cut > 0;
  }
}
