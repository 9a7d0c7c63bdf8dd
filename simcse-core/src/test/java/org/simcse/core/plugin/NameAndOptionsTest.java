package org.simcse.core.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.simcse.api.error.InvalidInputException;

class NameAndOptionsTest {
  @Test
  void aNameMayHaveOptions() {
    assertThat(NameAndOptions.parse("avg")).isEqualTo(new NameAndOptions("avg", Map.of()));
    assertThat(NameAndOptions.parse("matryoshka:dims=8+4,inner=simcse"))
        .isEqualTo(new NameAndOptions("matryoshka", Map.of("dims", "8+4", "inner", "simcse")));
  }

  @Test
  void anOptionWithoutAValueIsRefused() {
    assertThatThrownBy(() -> NameAndOptions.parse("simcse:temperature"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(
            "'temperature' of 'simcse:temperature' is not of the form name=value");
  }

  @Test
  void anOptionGivenTwiceIsRefused() {
    assertThatThrownBy(() -> NameAndOptions.parse("simcse:mlp=none,mlp=train-only"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("The option 'mlp' is given twice in 'simcse:mlp=none,mlp=train-only'.");
  }
}
