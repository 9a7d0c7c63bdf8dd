package org.simcse.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

  @Test
  void seedAndRowAloneDecideWhatIsDeleted() {
    ViewSource deletion = source("word-deletion:rate=0.5");
    assertThat(deletion.views(example(TEXT), 1, 2)).isEqualTo(deletion.views(example(TEXT), 1, 2));
    assertThat(
            IntStream.range(0, 20)
                .mapToObj(row -> deletion.views(example(TEXT), 1, row).get(1))
                .collect(Collectors.toSet()))
        .hasSizeGreaterThan(10);
    assertThat(
            IntStream.range(0, 20)
                .mapToObj(seed -> deletion.views(example(TEXT), seed, 1).get(1))
                .collect(Collectors.toSet()))
        .hasSizeGreaterThan(10);
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
        "translation | There is no source of views named 'translation'; there are texts and word-deletion.",
        "texts:rate=1 | The source of views 'texts' has no option 'rate'; it has none.",
        "word-deletion:rate=0 | The option rate=0.0 of word-deletion must be between 0 and 1.",
        "word-deletion:rate=1 | The option rate=1.0 of word-deletion must be between 0 and 1.",
        "word-deletion:share=1 | The source of views 'word-deletion' has no option 'share'; it has rate."
      })
  void whatMakesNoSenseIsRefused(String text, String message) {
    assertThatThrownBy(() -> source(text))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(message);
  }
}
