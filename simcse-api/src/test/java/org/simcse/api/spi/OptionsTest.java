package org.simcse.api.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.simcse.api.error.InvalidInputException;

class OptionsTest {
  private static void assertRefused(ThrowingCallable call, String message) {
    assertThatThrownBy(call).isInstanceOf(InvalidInputException.class).hasMessage(message);
  }

  @Test
  void aNameMayHaveOptions() {
    assertThat(Options.parse("avg").provider()).isEqualTo("avg");
    assertThat(Options.parse("avg").given()).isEmpty();
    Options options = Options.parse("matryoshka:dims=8+4,inner=a=b:c");
    assertThat(options.provider()).isEqualTo("matryoshka");
    assertThat(options.given()).isEqualTo(Map.of("dims", "8+4", "inner", "a=b:c"));
  }

  @ParameterizedTest
  @CsvSource({"temperature", "=1", "''", "'temperature=1,'"})
  void anOptionWithoutNameOrValueIsRefused(String written) {
    assertThatThrownBy(() -> Options.parse("simcse:" + written))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("of 'simcse:%s' is not of the form option=value".formatted(written));
  }

  @Test
  void anOptionGivenTwiceIsRefused() {
    assertRefused(
        () -> Options.parse("simcse:mlp=none,mlp=train-only"),
        "The option 'mlp' is given twice in 'simcse:mlp=none,mlp=train-only'.");
  }

  @Test
  void whatNobodyAskedForIsRefusedWithWhatWasAskedFor() {
    Options options = Options.parse("attention:head=4");
    assertThat(options.integer("heads", 1, 1, 8)).isEqualTo(1);
    assertThat(options.number("scale", 0.5)).isEqualTo(0.5);
    assertRefused(
        () -> options.refuseUnread("pooler"),
        "The pooler 'attention' has no option 'head'; it has heads, scale.");
    assertRefused(
        () -> Options.parse("avg:x=1").refuseUnread("pooler"),
        "The pooler 'avg' has no option 'x'; it has none.");
    assertThatCode(() -> Options.parse("avg").refuseUnread("pooler")).doesNotThrowAnyException();
  }

  @Test
  void whatAProviderPassesOnCountsAsAskedForOnlyIfTheOtherAsks() {
    Options options = Options.parse("outer:inner=simcse,temperature=0.1,mlp=none");
    Options others = options.without("inner");
    assertThat(others.text("inner", "none")).isEqualTo("none");
    assertThat(options.only("temperature").number("temperature", 1)).isEqualTo(0.1);
    assertThat(options.only("temperature").text("mlp", "unset")).isEqualTo("unset");
    assertThatCode(() -> options.refuseUnread("head")).doesNotThrowAnyException();
    Options unread = Options.parse("outer:mlp=none");
    unread.only("temperature").number("temperature", 1);
    assertRefused(
        () -> unread.refuseUnread("head"),
        "The head 'outer' has no option 'mlp'; it has temperature.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "9", "1.5", "four", "NaN", "1e99"})
  void aWholeNumberStaysInItsRange(String written) {
    assertThatThrownBy(() -> Options.parse("p:heads=" + written).integer("heads", 1, 1, 8))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("The option heads=%s of 'p' must be a".formatted(written));
    assertRefused(
        () -> Options.parse("p:heads=0").integer("heads", 1, 1, 8),
        "The option heads=0 of 'p' must be a whole number from 1 to 8.");
    assertRefused(
        () -> Options.parse("p:heads=0").integer("heads", 1, 1, Integer.MAX_VALUE),
        "The option heads=0 of 'p' must be a whole number of at least 1.");
  }

  @Test
  void aNumberStaysInItsRange() {
    assertThat(Options.parse("p:margin=1").number("margin", 0.2, 0, 1)).isEqualTo(1);
    assertRefused(
        () -> Options.parse("p:margin=1.5").number("margin", 0.2, 0, 1),
        "The option margin=1.5 of 'p' must be at least 0.0 and at most 1.0.");
    assertRefused(
        () -> Options.parse("p:temperature=0").positive("temperature", 1),
        "The option temperature=0 of 'p' must be above 0.");
    assertRefused(
        () -> Options.parse("p:temperature=Infinity").positive("temperature", 1),
        "The option temperature=Infinity of 'p' must be a finite number.");
  }

  @Test
  void aListOfNumbersHasPlusSignsBetween() {
    assertThat(Options.parse("p:dims=384+192").numbers("dims", List.of()))
        .containsExactly(384.0, 192.0);
    assertThat(Options.parse("p").numbers("dims", List.of(1.0))).containsExactly(1.0);
    assertRefused(
        () -> Options.parse("p:dims=384+").numbers("dims", List.of()),
        "The option dims=384+ of 'p' must be finite numbers with a plus between them, as in 384+192.");
  }

  @Test
  void aWordIsOneOfThoseAllowed() {
    assertThat(Options.parse("p:mlp=b").choice("mlp", "a", List.of("a", "b"))).isEqualTo("b");
    assertThat(Options.parse("p").choice("mlp", "a", List.of("a", "b"))).isEqualTo("a");
    assertRefused(
        () -> Options.parse("p:mlp=c").choice("mlp", "a", List.of("a", "b")),
        "The option mlp=c of 'p' must be one of a, b.");
  }
}
