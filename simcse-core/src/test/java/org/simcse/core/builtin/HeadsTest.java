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
import org.simcse.api.spi.ModelContext;
import org.simcse.api.spi.Options;
import org.simcse.api.spi.Providers;
import org.simcse.core.modeldir.HeadMode;

class HeadsTest {
  private static final ModelContext MODEL = ModelContext.of(Map.of());

  private static ContrastiveHead head(String text) {
    Options options = Options.parse(text);
    ContrastiveHead head = new SimCseHeadProvider().create(MODEL, options);
    options.refuseUnread("head");
    return head;
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
    assertThat(Heads.mode(Options.parse("simcse:mlp=" + mode))).isEqualTo(kept);
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
        "temperature=0 | The option temperature=0 of 'simcse' must be above 0.",
        "temperature=-1 | The option temperature=-1 of 'simcse' must be above 0.",
        "temperature=NaN | The option temperature=NaN of 'simcse' must be a finite number.",
        "temperature=warm | The option temperature=warm of 'simcse' must be a finite number.",
        "hard-negative-alpha=0 | The option hard-negative-alpha=0 of 'simcse' must be above 0.",
        "hard-negative-weight=Infinity | The option hard-negative-weight=Infinity of 'simcse' must be a finite number.",
        "hard-negative-weight=1,hard-negative-alpha=2 | Give either hard-negative-weight=1.0, which is added to a logit, or hard-negative-alpha=2.0, the factor whose logarithm that is, not both.",
        "mlp=sometimes | The option mlp=sometimes of 'simcse' must be one of train-and-test, train-only, none.",
        "temp=0.1 | The head 'simcse' has no option 'temp'; it has mlp, temperature, hard-negative-weight, hard-negative-alpha."
      })
  void whatMakesNoSenseIsRefused(String options, String message) {
    assertThatThrownBy(() -> head("simcse:" + options))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(message);
  }

  private static ContrastiveHead training(String text, HeadMode mode, double... numbers) {
    return Heads.of(Options.parse(text), mode, numbers[0], numbers[1], MODEL, List.of());
  }

  /** As a host has a head made. */
  private static ContrastiveHead found(String text) {
    Options options = Options.parse(text);
    return Providers.heads(List.of()).create(options, provider -> provider.create(MODEL, options));
  }

  @Test
  void settingsBecomeOptions() {
    assertThat(training("simcse", HeadMode.TRAIN_ONLY, 0.05, 0)).isEqualTo(found("simcse"));
    assertThat(training("simcse", HeadMode.TRAIN_AND_TEST, 0.1, -2))
        .isEqualTo(found("simcse:temperature=0.1,hard-negative-weight=-2"));
    assertThat(training("simcse", HeadMode.NONE, 0.05, 0)).isEqualTo(found("simcse:mlp=none"));
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
