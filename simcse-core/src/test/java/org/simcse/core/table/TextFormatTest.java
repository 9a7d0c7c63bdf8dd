package org.simcse.core.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Optional;
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
    assertThat(TextFormat.ofEnding(Path.of("a.json"))).contains(TextFormat.of(Kind.JSONL));
    assertThat(TextFormat.ofEnding(Path.of("a.csv.gz"))).contains(TextFormat.of(Kind.CSV));
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
  @ValueSource(strings = {"a.parquet", "b.XLSX", "c.zip", "d.arrow", "e.tar.gz", "f.csv.zst"})
  void endingsOfOtherKindsOfFilesAreRefused(String file) {
    assertThatThrownBy(() -> TextFormat.ofEnding(Path.of(file)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(file + " is ")
        .hasMessageContaining("texts are read from these: txt, csv, tsv, jsonl");
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
    assertThatThrownBy(() -> TextFormat.of(Kind.JSONL).withHeader())
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("There is no header in jsonl");
  }

  private static String format(String file, FormatOptions options) {
    return options.of(Path.of(file)).described();
  }

  private static FormatOptions options(String format, String delimiter, String header) {
    return new FormatOptions(
        Optional.of(format).filter(text -> !text.isEmpty()),
        Optional.of(delimiter).filter(text -> !text.isEmpty()),
        Optional.of(header).filter(text -> !text.isEmpty()).map(Boolean::valueOf),
        false);
  }

  @Test
  void whatIsSaidWinsOverTheEnding() {
    assertThat(format("a.csv", FormatOptions.NONE))
        .isEqualTo("csv separated by ',', with a header");
    assertThat(format("a.txt", options("csv", "", "false")))
        .isEqualTo("csv separated by ',', without a header");
    assertThat(format("a.tsv", options("", ";", "")))
        .isEqualTo("tsv separated by ';', with a header");
    assertThat(format("a.parquet", options("jsonl", "", ""))).isEqualTo("jsonl");
    assertThat(format("a.txt", options("", "", "false"))).isEqualTo("txt");
    assertThatThrownBy(() -> format("a.txt", options("", ";", "")))
        .hasMessageContaining("use the setting input-format=csv");
    assertThatThrownBy(() -> format("a.dat", FormatOptions.NONE))
        .hasMessageContaining("The ending of a.dat names no format");
  }

  @Test
  void whatMayBePlainTextIsSoUnlessSomethingTellsOfColumns() {
    TextFormat plain = TextFormat.of(Kind.TSV).withoutHeader();
    assertThat(FormatOptions.NONE.of(Optional.empty(), plain)).isEqualTo(plain);
    assertThat(FormatOptions.NONE.of(Optional.of(Path.of("a.txt")), plain)).isEqualTo(plain);
    assertThat(FormatOptions.NONE.of(Optional.of(Path.of("a.dat")), plain)).isEqualTo(plain);
    assertThat(FormatOptions.NONE.of(Optional.of(Path.of("a.csv")), plain))
        .isEqualTo(TextFormat.of(Kind.CSV));
    assertThat(options("csv", "", "").of(Optional.empty(), plain))
        .isEqualTo(TextFormat.of(Kind.CSV));
  }
}
