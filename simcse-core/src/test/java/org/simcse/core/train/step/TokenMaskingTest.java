package org.simcse.core.train.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.simcse.api.Encoder;
import org.simcse.api.TokenSequence;
import org.simcse.api.error.InvalidInputException;
import org.simcse.api.spi.ModelContext;
import org.simcse.api.spi.Options;
import org.simcse.core.builtin.BertEncoderProvider;
import org.simcse.core.modeldir.TokenizerFiles;
import org.simcse.core.tokenize.TextTokenizer;

class TokenMaskingTest {
  private static final int MASK = 4;
  private static final int VOCABULARY = 540;
  private static final Set<Integer> SPECIAL = Set.of(0, 1, 2, 3, MASK);
  private static final TokenMasking MASKING = new TokenMasking(MASK, SPECIAL, VOCABULARY, 0.15);

  @TempDir Path folder;

  /** Texts of different tokens, framed by special ones. */
  private static List<TokenSequence> texts(int count, int length) {
    return IntStream.range(0, count).mapToObj(i -> text(i, length)).toList();
  }

  private static TokenSequence text(int number, int length) {
    int[] ids = new int[length];
    Arrays.setAll(ids, t -> 5 + (number * 31 + t * 7) % (VOCABULARY - 5));
    ids[0] = 2;
    ids[length - 1] = 3;
    return new TokenSequence(ids, new int[length]);
  }

  /** What became of the chosen tokens of many texts. */
  private record Counts(int eligible, int chosen, int masked, int kept, int special, double mean) {
    static Counts of(List<TokenSequence> texts, AuxiliaryData data) {
      int chosen = 0;
      int masked = 0;
      int kept = 0;
      int special = 0;
      double sum = 0;
      for (int i = 0; i < texts.size(); i++) {
        for (int j = 0; j < data.positions()[i].length; j++) {
          int seen = data.ids()[i][data.positions()[i][j]];
          chosen++;
          masked += seen == MASK ? 1 : 0;
          kept += seen == data.targets()[i][j] ? 1 : 0;
          boolean random = seen != MASK && seen != data.targets()[i][j];
          special += random && SPECIAL.contains(seen) ? 1 : 0;
          sum += random ? seen : 0;
        }
      }
      int eligible = texts.stream().mapToInt(text -> text.length() - 2).sum();
      return new Counts(eligible, chosen, masked, kept, special, sum / (chosen - masked - kept));
    }
  }

  private static void assertShare(String what, int count, int of, double share) {
    double sigma = Math.sqrt(of * share * (1 - share));
    assertThat((double) count).as(what).isCloseTo(of * share, within(4 * sigma));
  }

  /** Binomial counts, each within four standard deviations, of 200,000 tokens. */
  @ParameterizedTest
  @ValueSource(longs = {0, 1, 42, -7})
  void sharesAreThoseOfBert(long seed) {
    List<TokenSequence> texts = texts(5000, 42);
    Counts counts = Counts.of(texts, MASKING.mask(texts, 0, seed));
    assertThat(counts.eligible()).isEqualTo(200_000);
    assertShare("chosen", counts.chosen(), counts.eligible(), 0.15);
    // A random token may be the mask, or the one that was there.
    double chance = 0.1 / VOCABULARY;
    assertShare("masked", counts.masked(), counts.chosen(), 0.8 + chance);
    assertShare("kept", counts.kept(), counts.chosen(), 0.1 + chance);
    int random = counts.chosen() - counts.masked() - counts.kept();
    assertShare("random and special", counts.special(), random, 4.0 / VOCABULARY);
    double deviation = VOCABULARY / Math.sqrt(12.0 * random);
    assertThat(counts.mean())
        .as("the mean of random ids")
        .isCloseTo((VOCABULARY - 1) / 2.0, within(4 * deviation));
  }

  @Test
  void whatIsNotChosenStaysAndTargetsAreTheOriginals() {
    List<TokenSequence> texts = texts(200, 20);
    AuxiliaryData data = MASKING.mask(texts, 0, 5);
    for (int i = 0; i < texts.size(); i++) {
      int[] restored = data.ids()[i].clone();
      for (int j = 0; j < data.positions()[i].length; j++) {
        restored[data.positions()[i][j]] = data.targets()[i][j];
      }
      assertThat(restored).isEqualTo(texts.get(i).ids());
      assertThat(data.ids()[i]).isNotSameAs(texts.get(i).ids());
    }
  }

  @Test
  void specialTokensAreNeverChosen() {
    TokenMasking all = new TokenMasking(MASK, SPECIAL, VOCABULARY, 1);
    TokenSequence text = new TokenSequence(new int[] {2, 9, 1, 4, 11, 3, 0, 0}, new int[8]);
    AuxiliaryData data = all.mask(List.of(text), 0, 5);
    assertThat(data.positions()[0]).containsExactly(1, 4);
    assertThat(data.targets()[0]).containsExactly(9, 11);
  }

  @Test
  void nothingIsChosenWithProbabilityZero() {
    TokenMasking none = new TokenMasking(MASK, SPECIAL, VOCABULARY, 0);
    List<TokenSequence> texts = texts(50, 20);
    AuxiliaryData data = none.mask(texts, 0, 5);
    assertThat(data.positions()).isDeepEqualTo(new int[50][0]);
    assertThat(data.ids()[7]).isEqualTo(texts.get(7).ids());
  }

  /** A micro-batch or a rank masks what the whole batch would. */
  @Test
  void theSplitOfABatchChangesNothing() {
    List<TokenSequence> texts = texts(60, 20);
    AuxiliaryData whole = MASKING.mask(texts, 100, 5);
    for (int from = 0; from < 60; from += 20) {
      AuxiliaryData part = MASKING.mask(texts.subList(from, from + 20), 100L + from, 5);
      assertThat(part.ids()).isDeepEqualTo(Arrays.copyOfRange(whole.ids(), from, from + 20));
      assertThat(part.targets())
          .isDeepEqualTo(Arrays.copyOfRange(whole.targets(), from, from + 20));
    }
    assertThat(MASKING.mask(texts, 100, 6).positions()[0]).isNotEqualTo(whole.positions()[0]);
  }

  @Test
  void equalViewsAreMaskedApart() {
    TokenSequence text = text(1, 40);
    AuxiliaryData data = MASKING.mask(List.of(text, text), 0, 5);
    assertThat(data.positions()[0]).isNotEqualTo(data.positions()[1]);
  }

  @Test
  void aProbabilityIsFromZeroToOne() {
    for (double probability : new double[] {-0.1, 1.1, Double.NaN}) {
      assertThatThrownBy(() -> new TokenMasking(MASK, SPECIAL, VOCABULARY, probability))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("from 0 to 1, but it is " + probability);
    }
  }

  @Test
  void aTokenizersSpecialTokensAndTheSmallerVocabularyCount() {
    try (TextTokenizer tokenizer = tokenizer("tokenizer.json")) {
      TokenMasking masking = TokenMasking.of(tokenizer, encoder(500), 0.15);
      assertThat(masking).isEqualTo(new TokenMasking(MASK, SPECIAL, 500, 0.15));
      assertThat(TokenMasking.of(tokenizer, encoder(600), 0.15).vocabularySize()).isEqualTo(540);
      assertThatThrownBy(() -> TokenMasking.of(tokenizer, encoder(4), 0.15))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("mask token has the id 4")
          .hasMessageContaining("vocabulary ends at 3");
    }
  }

  @Test
  void aTokenizerWithoutAMaskIsRefused() throws IOException {
    Path words = folder.resolve("vocab.txt");
    Files.write(words, List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "a"));
    try (TextTokenizer tokenizer =
        TextTokenizer.open(
            TokenizerFiles.of(new TokenizerFiles.WordPiece(words, true, true, true)), 1)) {
      assertThatThrownBy(() -> TokenMasking.of(tokenizer, encoder(5), 0.15))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("needs a mask token")
          .hasMessageContaining("neither [MASK] nor <mask>");
    }
  }

  private static TextTokenizer tokenizer(String file) {
    return TextTokenizer.open(
        TokenizerFiles.of(
            new TokenizerFiles.Whole(
                Objects.requireNonNull(
                    TextTokenizer.class.getResource("tiny-bert/" + file), file))),
        1);
  }

  private static Encoder encoder(int vocabulary) {
    Map<String, Object> config =
        Map.of(
            "vocab_size", vocabulary,
            "hidden_size", 4,
            "num_hidden_layers", 1,
            "num_attention_heads", 1,
            "intermediate_size", 4,
            "max_position_embeddings", 8);
    return new BertEncoderProvider().create(ModelContext.of(config), Options.of("bert"));
  }
}
