package org.simcse.core.tokenize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.simcse.api.error.CheckpointException;
import org.simcse.api.error.InvalidInputException;
import org.simcse.core.modeldir.TokenizerFiles;
import org.simcse.core.tokenize.Texts.Case;

class TextTokenizerTest {
  private static final int THREADS = 2;

  @ParameterizedTest
  @ValueSource(strings = {"tiny-bert", "tiny-roberta"})
  void tokenizerJsonGivesTheReferencesIds(String model) throws IOException {
    try (var tokenizer = open(model, THREADS)) {
      assertGivesIdsOf(tokenizer, model);
    }
  }

  @Test
  void vocabularyFilesGiveTheReferencesIds() throws IOException {
    TokenizerFiles words = Texts.words(Texts.tiny("tiny-bert"), true);
    TokenizerFiles pairs = Texts.pairs(Texts.tiny("tiny-roberta"), false);
    try (var bert = TextTokenizer.open(words, THREADS);
        var roberta = TextTokenizer.open(pairs, THREADS)) {
      assertGivesIdsOf(bert, "tiny-bert");
      assertGivesIdsOf(roberta, "tiny-roberta");
    }
  }

  private static void assertGivesIdsOf(TextTokenizer tokenizer, String model) throws IOException {
    List<Case> cases = Texts.cases(Texts.tiny(model).resolve("ids.json"));
    List<String> texts = cases.stream().map(Case::text).toList();
    assertThat(Texts.ids(tokenizer, texts, 64))
        .containsExactlyElementsOf(cases.stream().map(Case::ids).toList());
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny-bert", "tiny-roberta"})
  void aTextOfAPluginHasNoFrameAndTheModelsOwnMask(String model) {
    try (var tokenizer = open(model, THREADS)) {
      int[] framed = tokenizer.encode(List.of("a man"), 64).get(0).tokens().ids();
      assertThat(tokenizer.unframed("a man"))
          .containsExactly(Arrays.copyOfRange(framed, 1, framed.length - 1));
      assertThat(tokenizer.unframed("")).isEmpty();
      assertThat(tokenizer.unframed("[MASK]")).containsExactly(tokenizer.maskId().orElseThrow());
      assertThat(tokenizer.unframed("a man[MASK]"))
          .startsWith(tokenizer.unframed("a man"))
          .hasSize(tokenizer.unframed("a man").length + 1);
    }
  }

  private static TextTokenizer open(String model, int threads) {
    return TextTokenizer.open(Texts.whole(Texts.tiny(model)), threads);
  }

  @Test
  void specialTokensAndSizeComeFromTheVocabulary() {
    try (var bert = open("tiny-bert", THREADS);
        var roberta = open("tiny-roberta", THREADS)) {
      assertThat(bert.paddingId()).isEqualTo(0);
      assertThat(bert.maskId()).hasValue(4);
      assertThat(bert.vocabularySize()).isEqualTo(540);
      assertThat(roberta.paddingId()).isEqualTo(1);
      assertThat(roberta.maskId()).hasValue(4);
      assertThat(roberta.vocabularySize()).isEqualTo(480);
      assertThat(bert.specialIds()).containsExactlyInAnyOrder(0, 1, 2, 3, 4);
      assertThat(roberta.specialIds()).containsExactlyInAnyOrder(0, 1, 2, 3, 4);
    }
  }

  @Test
  void truncationKeepsTheFirstTokensAndTheLastSpecialOne() {
    try (var tokenizer = open("tiny-bert", THREADS)) {
      List<Integer> whole = Texts.ids(tokenizer, "a man is playing a guitar");
      Encoded encoded = tokenizer.encode(List.of("a man is playing a guitar"), 6).get(0);
      assertThat(Texts.ids(encoded).subList(0, 5)).isEqualTo(whole.subList(0, 5));
      assertThat(Texts.ids(encoded)).hasSize(6).endsWith(3);
      assertThat(encoded.cut()).isEqualTo(whole.size() - 6);
      assertThat(encoded.truncated()).isTrue();
      assertThat(encoded.tokens().types()).containsOnly(0).hasSize(6);
    }
  }

  @Test
  void aTextOfExactlyTheMaximalLengthIsNotCut() {
    try (var tokenizer = open("tiny-bert", THREADS)) {
      int length = Texts.ids(tokenizer, "a man").size();
      assertThat(tokenizer.encode(List.of("a man"), length).get(0).truncated()).isFalse();
      assertThat(tokenizer.encode(List.of("a man"), length - 1).get(0).cut()).isEqualTo(1);
    }
  }

  @Test
  void aMaximalLengthBelowTheSpecialTokensIsRefused() {
    try (var tokenizer = open("tiny-bert", THREADS)) {
      assertThat(Texts.ids(tokenizer, List.of("a man"), 2)).containsExactly(List.of(2, 3));
      assertThatThrownBy(() -> tokenizer.encode(List.of("a man"), 1))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("1")
          .hasMessageContaining("2 special tokens");
    }
  }

  @Test
  void paddingAndTruncationStoredInTheFileAreLeftOut() throws IOException {
    String json =
        Files.readString(Texts.tiny("tiny-bert").resolve("tokenizer.json"))
            .replaceFirst(
                "\"truncation\": *null",
                "\"truncation\":{\"direction\":\"Right\",\"max_length\":5,\"strategy\":\"LongestFirst\",\"stride\":0}")
            .replaceFirst(
                "\"padding\": *null",
                "\"padding\":{\"strategy\":{\"Fixed\":40},\"direction\":\"Right\",\"pad_to_multiple_of\":null,\"pad_id\":0,\"pad_type_id\":0,\"pad_token\":\"[PAD]\"}");
    assertThat(json).contains("\"max_length\":5").contains("\"Fixed\":40");
    try (var plain = open("tiny-bert", THREADS);
        var stored = TextTokenizer.ofJson(json, "stored", Texts.NOTHING_BESIDE, THREADS)) {
      assertThat(Texts.ids(stored, "a man is playing a guitar"))
          .isEqualTo(Texts.ids(plain, "a man is playing a guitar"));
    }
  }

  @Test
  void aCasedVocabularyKeepsCaseAndAccents(@TempDir Path directory) throws IOException {
    Path vocab = directory.resolve("vocab.txt");
    Files.writeString(
        vocab, "[PAD]\n[UNK]\n[CLS]\n[SEP]\nCaf\u00e9\ncaf\u00e9\ncafe\n\u4e2d\n\u4e2d\u6587\n");
    var accents = TokenizerFiles.of(new TokenizerFiles.WordPiece(vocab, true, false, false));
    try (var uncased = TextTokenizer.open(Texts.words(directory, true), THREADS);
        var keepsAccents = TextTokenizer.open(accents, THREADS);
        var keepsCase = TextTokenizer.open(Texts.words(directory, false), THREADS)) {
      assertThat(Texts.ids(uncased, "Caf\u00e9 \u4e2d\u6587")).containsExactly(2, 6, 7, 1, 3);
      assertThat(Texts.ids(keepsAccents, "Caf\u00e9 \u4e2d\u6587")).containsExactly(2, 5, 8, 3);
      assertThat(Texts.ids(keepsCase, "Caf\u00e9 \u4e2d\u6587")).containsExactly(2, 4, 7, 1, 3);
      assertThat(keepsCase.maskId()).isEmpty();
    }
  }

  @Test
  void anEmptyTextHasSpecialTokensOnlyAndNoTextsGiveNoResults() {
    try (var bert = open("tiny-bert", THREADS);
        var roberta = open("tiny-roberta", THREADS)) {
      assertThat(Texts.ids(bert, "")).containsExactly(2, 3);
      assertThat(Texts.ids(roberta, "")).containsExactly(0, 2);
      assertThat(bert.encode(List.of(), 8)).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a\ud83d", "\ude00a", "a\ude00\ud83d b", "\ud83d\ude00\ud83d\ud83d\ude00"})
  void halfOfASurrogatePairCountsAsTheReplacementCharacter(String text) {
    String replaced =
        text.replaceAll(
            "[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]", "\ufffd");
    assertThat(replaced).isNotEqualTo(text);
    try (var tokenizer = open("tiny-roberta", THREADS)) {
      assertThat(Texts.ids(tokenizer, text)).isEqualTo(Texts.ids(tokenizer, replaced));
    }
  }

  /** Byte-level ids are ids of bytes: the tokens say which bytes of UTF-8 arrived. */
  @Test
  void everyByteOfNulAndEmojiArrives(@TempDir Path directory) throws IOException {
    Path vocab = directory.resolve("vocab.json");
    Path merges = directory.resolve("merges.txt");
    // The alphabet of byte-level BPE: byte 0 is written as U+0100, F0 9F 98 80 as below.
    Files.writeString(
        vocab,
        "{\"<s>\":0,\"<pad>\":1,\"</s>\":2,\"<unk>\":3,\"a\":4,\"\u0100\":5,\"\u00f0\":6,\"\u0141\":7,\"\u013a\":8,\"\u0122\":9}");
    Files.writeString(merges, "#version: 0.2\n");
    try (var tokenizer = TextTokenizer.open(Texts.pairs(directory, false), THREADS)) {
      assertThat(Texts.ids(tokenizer, "a\0a")).containsExactly(0, 4, 5, 4, 2);
      assertThat(Texts.ids(tokenizer, "\ud83d\ude00")).containsExactly(0, 6, 7, 8, 9, 2);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny-bert", "tiny-roberta"})
  void oddTextsAreTokenised(String model) {
    List<String> odd =
        List.of(
            " \t\r\n",
            "\0\u0001\u001b\u007f\u0085\u200b\u2028\ufeff\uffff",
            "a".repeat(100_000),
            "\ud83d\ude00".repeat(50_000),
            "a man, ".repeat(15_000),
            "e" + "\u0301".repeat(10_000),
            "[CLS] [SEP] [PAD] <s> </s> <pad>");
    try (var tokenizer = open(model, THREADS)) {
      List<Encoded> encoded = tokenizer.encode(odd, 32);
      assertThat(encoded).hasSameSizeAs(odd);
      assertThat(encoded).allSatisfy(e -> assertThat(e.tokens().length()).isBetween(2, 32));
      assertThat(encoded.get(4).cut()).isGreaterThan(15_000);
    }
  }

  @Test
  void aMissingTextIsRefusedBeforeItReachesTheNativeLibrary() {
    try (var tokenizer = open("tiny-bert", THREADS)) {
      assertThatThrownBy(() -> tokenizer.encode(Collections.singletonList(null), 8))
          .isInstanceOf(NullPointerException.class);
    }
  }

  @Test
  void eightThreadsGetWhatOneGets() {
    List<String> texts = numbered(1_000);
    try (var tokenizer = open("tiny-roberta", THREADS)) {
      List<List<Integer>> expected =
          texts.stream().map(text -> Texts.ids(tokenizer, text)).toList();
      ExecutorService callers = Executors.newFixedThreadPool(8);
      List<CompletableFuture<List<List<Integer>>>> calls =
          IntStream.range(0, 8)
              .mapToObj(
                  i ->
                      CompletableFuture.supplyAsync(
                          () -> Texts.ids(tokenizer, texts, Texts.UNLIMITED), callers))
              .toList();
      assertThat(calls).allSatisfy(call -> assertThat(call.join()).isEqualTo(expected));
      callers.shutdown();
    }
  }

  @Test
  void closingWaitsForWorkThatHasBegunAndRefusesMore() throws InterruptedException {
    List<String> texts = numbered(2_000);
    TextTokenizer tokenizer = open("tiny-bert", THREADS);
    CountDownLatch begun = new CountDownLatch(1);
    var work =
        CompletableFuture.runAsync(
            () -> {
              while (true) { // until it is closed
                assertThat(tokenizer.encode(texts, 32)).hasSize(2_000);
                begun.countDown();
              }
            });
    begun.await();
    tokenizer.close();
    tokenizer.close();
    assertThatThrownBy(work::join)
        .hasCauseInstanceOf(IllegalStateException.class)
        .hasMessageContaining("The tokenizer is closed.");
  }

  private static List<String> numbered(int count) {
    return IntStream.range(0, count).mapToObj(i -> "A man plays " + i + " guitars.").toList();
  }

  @Test
  void fewerThanOneThreadIsRefused() {
    assertThatThrownBy(() -> open("tiny-bert", 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("0 threads");
  }

  @Test
  void aVocabularyWithoutASpecialTokenIsRefused(@TempDir Path directory) throws IOException {
    Path words = Files.writeString(directory.resolve("vocab.txt"), "[PAD]\n[UNK]\n[CLS]\na\n");
    assertRefused(Texts.words(directory, true), words + " lacks the special token [SEP]");
    Path pairs =
        Files.writeString(directory.resolve("vocab.json"), "{\"<s>\":0,\"</s>\":1,\"<unk>\":2}");
    Files.writeString(directory.resolve("merges.txt"), "#version: 0.2\n");
    assertRefused(Texts.pairs(directory, false), pairs + " lacks the special token <pad>");
  }

  @Test
  void damagedFilesAreRefusedByName(@TempDir Path directory) throws IOException {
    TokenizerFiles pairs = Texts.pairs(directory, false);
    String tokens = "{\"<s>\":0,\"<pad>\":1,\"</s>\":2,\"<unk>\":3,\"a\":4}";
    Path vocab = directory.resolve("vocab.json");
    Path merges = directory.resolve("merges.txt");
    Files.writeString(vocab, tokens);
    assertRefused(pairs, merges + " cannot be read");
    Files.writeString(merges, "#version: 0.2\na b c\n");
    assertRefused(pairs, merges + ", line 2: 'a b c'");
    Files.writeString(merges, "a b\n"); // 'b' is not in the vocabulary
    assertRefused(pairs, vocab + " is not a tokenizer that can be loaded");
    Files.writeString(vocab, tokens.replace("4", "\"four\""));
    assertRefused(pairs, vocab + ": the id of 'a' is \"four\"");
    Files.writeString(vocab, "[]");
    assertRefused(pairs, vocab + " does not hold a JSON object");
    Files.writeString(vocab, tokens.substring(0, 20));
    assertRefused(pairs, vocab + " is not valid JSON");
    Path words = directory.resolve("vocab.txt");
    Files.write(words, new byte[] {'[', (byte) 0xff});
    assertRefused(Texts.words(directory, true), words + " cannot be read");
    assertRefused(Texts.whole(directory), "tokenizer.json cannot be read");
    Files.writeString(directory.resolve("tokenizer.json"), "{\"model\":{\"vocab\":{\"[PAD]\":0}}}");
    assertRefused(Texts.whole(directory), "tokenizer.json is not a tokenizer that can be loaded: ");
  }

  private static void assertRefused(TokenizerFiles files, String message) {
    assertThatThrownBy(() -> TextTokenizer.open(files, THREADS))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(message);
  }

  /** Without a token for unknown words the library fails while it encodes, not when it loads. */
  @Test
  void aWordThatTheVocabularyCannotExpressIsAnError() throws IOException {
    String json =
        "{\"version\":\"1.0\",\"added_tokens\":[],\"model\":{\"type\":\"WordPiece\",\"unk_token\":\"[UNK]\",\"continuing_subword_prefix\":\"##\",\"max_input_chars_per_word\":100,\"vocab\":{\"[PAD]\":0,\"a\":1}}}";
    try (var tokenizer = TextTokenizer.ofJson(json, "the words", Texts.NOTHING_BESIDE, THREADS)) {
      assertThat(Texts.ids(tokenizer, "a")).containsExactly(1);
      List<String> many = Stream.concat(numbered(200).stream(), Stream.of("a")).toList();
      for (List<String> texts : Arrays.asList(List.of("b"), many)) {
        assertThatThrownBy(() -> tokenizer.encode(texts, 8))
            .isInstanceOf(CheckpointException.class)
            .hasMessageStartingWith("the words cannot tokenise the text '");
      }
    }
  }

  @Test
  void faultsThatWouldAbortTheNativeLibraryAreRefused() throws IOException {
    String bert = Files.readString(Texts.tiny("tiny-bert").resolve("tokenizer.json"));
    String template =
        bert.replaceFirst(
            "\"SpecialToken\": *\\{\\s*\"id\": *\"\\[SEP\\]\"",
            "\"SpecialToken\":{\"id\":\"[END]\"");
    assertRefused(template, "names the token '[END]', which is not among its special_tokens");
    String roberta = Files.readString(Texts.tiny("tiny-roberta").resolve("tokenizer.json"));
    String prefix = roberta.replaceFirst("(\"continuing_subword_prefix\": *)null", "$1\"##\"");
    assertRefused(prefix, "does not continue with the model's continuing_subword_prefix '##'");
  }

  private static void assertRefused(String json, String message) {
    assertThatThrownBy(() -> TextTokenizer.ofJson(json, "damaged", Texts.NOTHING_BESIDE, THREADS))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith("damaged: ")
        .hasMessageContaining(message);
  }
}
