package org.simcse.core.builtin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.simcse.api.ContrastiveHead;
import org.simcse.api.error.InvalidInputException;
import org.simcse.api.error.UnknownProviderException;
import org.simcse.api.spi.Providers;
import org.simcse.core.modeldir.HeadMode;
import org.simcse.core.plugin.NameAndOptions;

class TrainingHeadTest {
  private static ContrastiveHead head(String text) {
    NameAndOptions chosen = NameAndOptions.parse(text);
    return Providers.heads(List.of()).get(chosen.name()).create(chosen.context(Map.of()));
  }

  @Test
  void withoutOptionsItIsThatOfThePaper() {
    assertThat(head("simcse")).isEqualTo(new SimCseHead(true, 0.05, 0));
  }

  @ParameterizedTest
  @CsvSource({
    "train-and-test, true, TRAIN_AND_TEST",
    "train-only, true, TRAIN_ONLY",
    "none, false, NONE"
  })
  void theMlpTrainsInBothModesThatHaveOne(String mode, boolean inTraining, HeadMode kept) {
    assertThat(head("simcse:mlp=" + mode)).isEqualTo(new SimCseHead(inTraining, 0.05, 0));
    assertThat(TrainingHead.mode(Map.of("mlp", mode))).isEqualTo(kept);
  }

  @Test
  void theWeightIsALogitAndAlphaTheFactorWhoseLogarithmThatIs() {
    assertThat(head("simcse:hard-negative-weight=-1.5,temperature=0.1"))
        .isEqualTo(new SimCseHead(true, 0.1, -1.5));
    assertThat(head("simcse:hard-negative-alpha=0.5"))
        .isEqualTo(new SimCseHead(true, 0.05, Math.log(0.5)));
    assertThat(head("simcse:hard-negative-alpha=1")).isEqualTo(head("simcse"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "temperature=0 | The option temperature=0.0 must be above 0: similarities are divided by it.",
        "temperature=-1 | The option temperature=-1.0 must be above 0: similarities are divided by it.",
        "temperature=NaN | The option temperature=NaN is not finite.",
        "temperature=warm | The option temperature=warm is not a number.",
        "hard-negative-alpha=0 | The option hard-negative-alpha=0.0 must be above 0: it is the number of times that a negative counts.",
        "hard-negative-weight=Infinity | The option hard-negative-weight=Infinity is not finite.",
        "hard-negative-weight=1,hard-negative-alpha=2 | Give either hard-negative-weight=1, which is added to a logit, or hard-negative-alpha=2, the factor whose logarithm that is, not both.",
        "mlp=sometimes | The option mlp=sometimes is none of train-and-test, train-only, none.",
        "temp=0.1 | There is no option 'temp'; known are: mlp, temperature, hard-negative-weight, hard-negative-alpha."
      })
  void whatMakesNoSenseIsRefused(String options, String message) {
    assertThatThrownBy(() -> head("simcse:" + options))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(message);
  }

  private static ContrastiveHead training(String text, HeadMode mode, double... numbers) {
    return TrainingHead.of(
        NameAndOptions.parse(text), mode, numbers[0], numbers[1], Map.of(), List.of());
  }

  @Test
  void settingsBecomeOptions() {
    assertThat(training("simcse", HeadMode.TRAIN_ONLY, 0.05, 0)).isEqualTo(head("simcse"));
    assertThat(training("simcse", HeadMode.TRAIN_AND_TEST, 0.1, -2))
        .isEqualTo(new SimCseHead(true, 0.1, -2));
    assertThat(training("simcse", HeadMode.NONE, 0.05, 0))
        .isEqualTo(new SimCseHead(false, 0.05, 0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"mlp=none", "temperature=0.1", "hard-negative-weight=1"})
  void anOptionWithASettingOfItsOwnIsGivenThere(String option) {
    String name = option.split("=")[0];
    assertThatThrownBy(() -> training("simcse:" + option, HeadMode.TRAIN_ONLY, 0.05, 0))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "The option %s is a setting of its own: write --%s, not simcse:%s."
                .formatted(option, name, name));
  }

  @Test
  void anUnknownHeadIsRefusedWithThoseThatThereAre() {
    assertThatThrownBy(() -> training("triplet", HeadMode.TRAIN_ONLY, 0.05, 0))
        .isInstanceOf(UnknownProviderException.class)
        .hasMessageContaining("There is no head named 'triplet'. Found: simcse (");
  }
}
