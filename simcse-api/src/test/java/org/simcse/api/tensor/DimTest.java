package org.simcse.api.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class DimTest {
  private final Dim b = Dim.symbol("B");
  private final Dim t = Dim.symbol("T");

  @Test
  void equalPolynomialsAreEqualHoweverTheyWereFormed() {
    Dim left = b.plus(t).times(b.plus(Dim.of(2)));
    Dim right = b.times(b).plus(Dim.of(2).times(t)).plus(t.times(b)).plus(b).plus(b);
    assertThat(left).isEqualTo(right).hasSameHashCodeAs(right);
    assertThat(left).isNotEqualTo(b);
  }

  @Test
  void itReadsAsAPersonWouldWriteIt() {
    assertThat(Dim.of(2).times(b).times(t).plus(Dim.of(1))).hasToString("2*B*T+1");
    assertThat(b).hasToString("B");
    assertThat(Dim.of(0)).hasToString("0");
  }

  @Test
  void itsSizeIsKnownOnceTheSymbolsAre() {
    Dim dim = b.times(Dim.of(3)).plus(t.times(t)).plus(Dim.of(4));
    assertThat(dim.size(Map.of("B", 5L, "T", 7L))).isEqualTo(15 + 49 + 4);
    assertThat(Dim.of(0).size(Map.of())).isZero();
  }

  @Test
  void onlyANumberHasASizeBeforeThat() {
    assertThat(Dim.of(7).size()).isEqualTo(7);
    assertThat(Dim.of(7).is(7)).isTrue();
    assertThat(b.is(7)).isFalse();
    assertThatThrownBy(b::size).hasMessageContaining("known only while a program runs");
  }

  @Test
  void aSymbolAloneIsTold() {
    assertThat(b.isSymbol()).isTrue();
    assertThat(b.times(t).isSymbol()).isFalse();
    assertThat(b.times(Dim.of(2)).isSymbol()).isFalse();
    assertThat(Dim.of(1).isSymbol()).isFalse();
  }

  @Test
  void negativeSizesAndStrangeNamesAreRefused() {
    assertThatThrownBy(() -> Dim.of(-1)).hasMessage("An axis cannot have size -1.");
    assertThatThrownBy(() -> Dim.symbol("1B")).hasMessageContaining("'1B'");
  }
}
