package org.simcse.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.simcse.api.error.InvalidInputException;
import org.simcse.api.spi.Options;

class ViewSourceTest {
  private static final String TEXT = "a man is playing a very old guitar";

  private static ViewSource source(String text) {
    return ViewSource.of(Options.parse(text));
  }

  private static Example example(String... texts) {
    return new Example(List.of(texts), 7);
  }

  @Test
  void textsAreTheViewsAndASingleOneIsTwo() {
    ViewSource texts = source("texts");
    assertThat(texts.views(example("x"), 1, 1)).containsExactly("x", "x");
    assertThat(texts.views(example("x", "y"), 1, 1)).containsExactly("x", "y");
    assertThat(texts.views(example("x", "y", "z", "w"), 1, 1)).containsExactly("x", "y", "z", "w");
  }

  @Test
  void theAnchorStaysWholeAndThePositiveLosesWordsInOrder() {
    List<String> words = Arrays.asList(TEXT.split(" "));
    for (int row = 0; row < 50; row++) {
      List<String> views = source("word-deletion:rate=0.4").views(example(TEXT), 1, row);
      assertThat(views).hasSize(2).startsWith(TEXT);
      assertThat(words).containsSubsequence(views.get(1).split(" "));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"word-deletion:rate=0.5", "word-repetition:rate=0.9", "crop:rate=0.5"})
  void seedAndRowAloneDecideWhatIsChanged(String name) {
    ViewSource views = source(name);
    assertThat(views.views(example(TEXT), 1, 2)).isEqualTo(views.views(example(TEXT), 1, 2));
    assertThat(positives(views, 1, 100)).hasSizeGreaterThanOrEqualTo(4);
    assertThat(
            IntStream.range(0, 100)
                .mapToObj(seed -> views.views(example(TEXT), seed, 1).get(1))
                .collect(Collectors.toSet()))
        .hasSizeGreaterThanOrEqualTo(4);
  }

  /** The different positives of the first rows. */
  private static Set<String> positives(ViewSource views, long seed, int rows) {
    return IntStream.range(0, rows)
        .mapToObj(row -> views.views(example(TEXT), seed, row).get(1))
        .collect(Collectors.toSet());
  }

  @Test
  void wordDeletionDrawsAsBefore() {
    // A resumed run of an earlier version sees the same texts.
    assertThat(source("word-deletion:rate=0.5").views(example(TEXT), 1, 2).get(1))
        .isEqualTo("a man playing a very");
  }

  @Test
  void everyPartOfTheLengthIsCropped() {
    // 8 words, of which 2 are cut off: the parts begin at the first, second or third.
    assertThat(positives(source("crop:rate=0.25"), 1, 200))
        .containsExactlyInAnyOrder(
            "a man is playing a very", "man is playing a very old", "is playing a very old guitar");
    // 0.8 words on average: none or one.
    assertThat(positives(source("crop"), 1, 200))
        .containsExactlyInAnyOrder(
            TEXT, "a man is playing a very old", "man is playing a very old guitar");
    assertThat(source("crop:rate=0.99").views(example("one"), 1, 1)).containsExactly("one", "one");
  }

  @Test
  void theCroppedShareIsTheRate() {
    int words = 0;
    for (int row = 0; row < 2000; row++) {
      words += source("crop:rate=0.3").views(example(TEXT), 3, row).get(1).split(" ").length;
    }
    // 2.4 of 8 words; 2000 draws of 2 or 3: the standard deviation of the share is 0.0014.
    assertThat(words / 16000.0).isCloseTo(0.7, within(0.006));
  }

  @Test
  void wordsAreRepeatedWhereTheyStandWithEqualProbability() {
    List<String> words = List.of("w0", "w1", "w2", "w3", "w4", "w5", "w6", "w7", "w8", "w9");
    int[] repeated = new int[10];
    int[] lengths = new int[14];
    for (int row = 0; row < 8000; row++) {
      List<String> positive =
          List.of(
              source("word-repetition")
                  .views(example(String.join(" ", words)), 5, row)
                  .get(1)
                  .split(" "));
      assertThat(positive.stream().distinct().toList()).isEqualTo(words);
      assertThat(positive).isSorted();
      for (int i = 0; i < 10; i++) {
        repeated[i] += Collections.frequency(positive, words.get(i)) - 1;
      }
      lengths[positive.size()]++;
    }
    // From 0 to 3 of 10 words: 2000 texts of each length, and 1200 repetitions of each word.
    for (int length = 10; length < 14; length++) {
      assertThat(lengths[length]).isCloseTo(2000, within(160));
    }
    for (int count : repeated) {
      assertThat(count).isCloseTo(1200, within(130));
    }
  }

  @Test
  void aWordIsRepeatedOnceAndABlankTextIsUntouched() {
    ViewSource repetition = source("word-repetition:rate=0.9");
    assertThat(
            IntStream.range(0, 40)
                .mapToObj(row -> repetition.views(example("one"), 1, row).get(1))
                .collect(Collectors.toSet()))
        .containsExactlyInAnyOrder("one", "one one");
    assertThat(repetition.views(example(" "), 1, 1)).containsExactly(" ", " ");
  }

  @Test
  void theRateIsTheShareOfWordsThatGo() {
    int words = 0;
    for (int row = 0; row < 2000; row++) {
      words +=
          source("word-deletion:rate=0.25").views(example(TEXT), 3, row).get(1).split(" ").length;
    }
    // 16,000 draws: the standard deviation of the share is 0.0034.
    assertThat(words / 16000.0).isCloseTo(0.75, within(0.014));
  }

  @Test
  void oneWordAlwaysStaysAndATextThatLosesNoneIsUntouched() {
    ViewSource most = source("word-deletion:rate=0.99");
    assertThat(
            IntStream.range(0, 100)
                .mapToObj(row -> most.views(example("one two"), 1, row).get(1))
                .collect(Collectors.toSet()))
        .contains("one", "two")
        .doesNotContain("");
    assertThat(most.views(example(""), 1, 1)).containsExactly("", "");
    assertThat(source("word-deletion:rate=0.000001").views(example(" a  b\tc "), 1, 1))
        .containsExactly(" a  b\tc ", " a  b\tc ");
  }

  @Test
  void aRowWithAPositiveOfItsOwnIsRefused() {
    assertThatThrownBy(() -> source("word-deletion").views(example("x", "y"), 1, 1))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "The source of views word-deletion makes a positive of one text, but the row on line 7 has 2; choose texts.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "translation | There is no source of views named 'translation'; there are texts, word-deletion, word-repetition and crop.",
        "texts:rate=1 | The source of views 'texts' has no option 'rate'; it has none.",
        "word-deletion:rate=0 | The option rate=0.0 of word-deletion must be between 0 and 1.",
        "word-deletion:rate=1 | The option rate=1.0 of word-deletion must be between 0 and 1.",
        "word-deletion:share=1 | The source of views 'word-deletion' has no option 'share'; it has rate.",
        "word-repetition:rate=1 | The option rate=1.0 of word-repetition must be between 0 and 1.",
        "crop:rate=0 | The option rate=0.0 of crop must be between 0 and 1.",
      })
  void whatMakesNoSenseIsRefused(String text, String message) {
    assertThatThrownBy(() -> source(text))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(message);
  }
}
