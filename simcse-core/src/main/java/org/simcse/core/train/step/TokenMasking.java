package org.simcse.core.train.step;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.simcse.api.Encoder;
import org.simcse.api.TokenSequence;
import org.simcse.api.error.InvalidInputException;
import org.simcse.api.tensor.PortableRandom;
import org.simcse.core.tokenize.TextTokenizer;

/**
 * Selects the tokens that a masked language model predicts, by the rule of BERT (Devlin et al.
 * 2019, section 3.1), token by token: of the selected ones 80 % become the mask token, 10 % a
 * random token and 10 % stay.
 *
 * <p>Each choice depends on the seed, the sequence's number and the token's position alone: not on
 * padding, micro-batches, ranks or the other sequences. Immutable and thread-safe.
 *
 * @param maskId the id of the mask token
 * @param specialIds ids of tokens that are never selected
 * @param vocabularySize a random token is drawn from the ids below this, special ones included; at
 *     most 2^24. Each of the 2^24 draws maps to one id, so that the counts of two ids differ by at
 *     most one
 * @param probability that a token is selected, from 0 to 1; BERT's is 0.15
 */
public record TokenMasking(
    int maskId, Set<Integer> specialIds, int vocabularySize, double probability) {
  /** Distinct from the sites of dropout, which are hashes of a parameter path, a # and a count. */
  private static final int SITE = "token masking".hashCode();

  private static final double MASKED = 0.8;
  private static final double MASKED_OR_RANDOM = 0.9;

  /** Validates the probability. */
  public TokenMasking {
    specialIds = Set.copyOf(specialIds);
    if (!(probability >= 0 && probability <= 1)) {
      throw new IllegalArgumentException(
          "The probability that a token is masked must be from 0 to 1, but it is "
              + probability
              + ".");
    }
  }

  /**
   * Returns the masking for a tokenizer and the encoder of its ids.
   *
   * @throws InvalidInputException if the tokenizer has no mask token, or the encoder no entry for
   *     it
   */
  public static TokenMasking of(TextTokenizer tokenizer, Encoder encoder, double probability) {
    int mask =
        tokenizer
            .maskId()
            .orElseThrow(
                () ->
                    new InvalidInputException(
                        "Masked language modelling needs a mask token, but the model's tokenizer has neither [MASK] nor <mask>; train without it, or choose a model that was pre-trained with it."));
    if (mask >= encoder.vocabularySize()) {
      throw new InvalidInputException(
          "The tokenizer's mask token has the id %d, but the model's vocabulary ends at %d; use the tokenizer files that belong to the model."
              .formatted(mask, encoder.vocabularySize() - 1));
    }
    int drawn = Math.min(tokenizer.vocabularySize(), encoder.vocabularySize());
    return new TokenMasking(mask, tokenizer.specialIds(), drawn, probability);
  }

  /**
   * Masks the sequences of a batch, each view of a row independently.
   *
   * @param sequences before padding
   * @param first the number of the first sequence among those of the whole step; the others follow
   * @param seed the seed of the step
   * @return one entry per sequence; one of them, or all, may have no targets
   */
  public AuxiliaryData mask(List<TokenSequence> sequences, long first, long seed) {
    int[][] ids = new int[sequences.size()][];
    int[][] positions = new int[ids.length][];
    int[][] targets = new int[ids.length][];
    for (int i = 0; i < ids.length; i++) {
      int[] original = sequences.get(i).ids();
      ids[i] = original.clone();
      List<Integer> chosen = new ArrayList<>();
      for (int t = 0; t < original.length; t++) {
        if (!specialIds.contains(original[t]) && draw(seed, first + i, t, 0) < probability) {
          chosen.add(t);
          ids[i][t] = replacement(original[t], seed, first + i, t);
        }
      }
      positions[i] = chosen.stream().mapToInt(Integer::intValue).toArray();
      targets[i] = chosen.stream().mapToInt(t -> original[t]).toArray();
    }
    return new AuxiliaryData(ids, positions, targets);
  }

  private int replacement(int original, long seed, long sequence, int place) {
    double kind = draw(seed, sequence, place, 1);
    if (kind < MASKED) {
      return maskId;
    }
    return kind < MASKED_OR_RANDOM
        ? (int) (draw(seed, sequence, place, 2) * vocabularySize)
        : original;
  }

  private static double draw(long seed, long sequence, int place, int question) {
    return PortableRandom.uniform(seed, SITE, sequence, place, question);
  }
}
