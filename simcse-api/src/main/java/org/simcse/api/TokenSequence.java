package org.simcse.api;

/**
 * The tokens of one text on the host, special tokens included, before padding.
 *
 * @param ids the token ids
 * @param types the token types, one per id
 * @since 0.1.0
 */
public record TokenSequence(int[] ids, int[] types) {
  /** Checks that there is one type per id. */
  public TokenSequence {
    if (ids.length != types.length) {
      throw new IllegalArgumentException(ids.length + " ids but " + types.length + " token types.");
    }
  }

  /** Returns the number of tokens. */
  public int length() {
    return ids.length;
  }
}
