package org.simcse.core.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.simcse.api.error.InvalidInputException;
import org.simcse.core.table.TextFormat.Kind;

class TextFormatTest {
  @Test
  void theEndingTellsTheFormat() {
    assertThat(TextFormat.ofEnding(Path.of("a/tsv.d/b.CSV"))).contains(TextFormat.of(Kind.CSV));
    assertThat(TextFormat.ofEnding(Path.of("a.csv.tsv"))).contains(TextFormat.of(Kind.TSV));
    assertThat(TextFormat.ofEnding(Path.of("a.jsonl"))).contains(TextFormat.of(Kind.JSONL));
    assertThat(TextFormat.ofEnding(Path.of("a.txt"))).contains(TextFormat.of(Kind.TXT));
  }

  @ParameterizedTest
  @ValueSource(strings = {"csv", "a.d/csv", "a.gz", "a.", "./txt"})
  void otherEndingsTellNone(String file) {
    assertThat(TextFormat.ofEnding(Path.of(file))).isEmpty();
  }

  @Test
  void anUnknownNameIsRefusedWithThoseThereAre() {
    assertThat(TextFormat.named("jsonl").kind()).isEqualTo(Kind.JSONL);
    assertThatThrownBy(() -> TextFormat.named("xlsx"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("no format 'xlsx'")
        .hasMessageContaining("txt, csv, tsv, jsonl");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "||", "\"", "\n", "🙂"})
  void whatCannotSeparateIsRefused(String delimiter) {
    assertThatThrownBy(() -> TextFormat.of(Kind.CSV).withDelimiter(delimiter))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("cannot separate columns");
  }

  @Test
  void aDelimiterWhereNothingIsSeparatedIsRefused() {
    assertThatThrownBy(() -> TextFormat.of(Kind.TXT).withDelimiter("|"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("only csv and tsv have one");
  }
}
