package org.simcse.api;

/**
 * The tokens of one text on the host, special tokens included, before padding.
 *
 * @param ids token ids
 * @param types token types, as many
 */
public record TokenSequence(int[] ids, int[] types) {
  /** Checks that there are as many types as ids. */
  public TokenSequence {
    if (ids.length != types.length) {
      throw new IllegalArgumentException(ids.length + " ids but " + types.length + " token types.");
    }
  }

  /** The number of tokens. */
  public int length() {
    return ids.length;
  }
}
