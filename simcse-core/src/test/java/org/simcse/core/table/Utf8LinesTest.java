package org.simcse.core.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.simcse.api.error.InvalidInputException;

class Utf8LinesTest {
  private static List<String> read(byte[] bytes, boolean replaceInvalid) {
    List<String> lines = new ArrayList<>();
    try (Utf8Lines source =
        new Utf8Lines(new ByteArrayInputStream(bytes), "input", replaceInvalid)) {
      source.forEachRemaining(lines::add);
    }
    return lines;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void linesEndWithEitherConventionAndTheLastNeedsNoEnd() {
    assertThat(read(utf8("a\r\nb\n\nüñ🙂"), false)).containsExactly("a", "b", "", "üñ🙂");
    assertThat(read(utf8("a\n"), false)).containsExactly("a");
    assertThat(read(utf8(""), false)).isEmpty();
  }

  @Test
  void aByteOrderMarkIsNoPartOfTheText() {
    assertThat(read(utf8("\uFEFFa\n\uFEFFb"), false)).containsExactly("a", "\uFEFFb");
  }

  @Test
  void aByteOrderMarkAloneIsNothing() {
    assertThat(read(utf8("\uFEFF"), false)).isEmpty();
    assertThat(read(utf8("\uFEFF\n"), false)).containsExactly("");
    assertThat(read(utf8("\r"), false)).containsExactly("");
  }

  @Test
  void linesThatDoNotFitTheBufferAreWhole() {
    for (int length : new int[] {65_534, 65_535, 65_536, 65_537, 200_000}) {
      String line = "é".repeat(length / 2) + "x".repeat(length % 2);
      assertThat(read(utf8("a\n" + line + "\r\n" + line + "\nb"), false))
          .containsExactly("a", line, line, "b");
    }
  }

  @Test
  void aReplacementCharacterOfTheTextItselfIsKept() {
    assertThat(read(utf8("a\uFFFDb"), false)).containsExactly("a\uFFFDb");
  }

  @Test
  void bytesThatAreNotUtf8AreRefusedWithTheirPlace() {
    byte[] bytes = {'o', 'k', '\n', 'a', 'b', (byte) 0xFF, 'c'};
    assertThatThrownBy(() -> read(bytes, false))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "input, line 2, byte 3 (0xFF) is not UTF-8. Convert the input, or continue with the setting replace-invalid.");
  }

  @Test
  void aCutOffCharacterIsRefused() {
    byte[] bytes = {'a', (byte) 0xE2, (byte) 0x82};
    assertThatThrownBy(() -> read(bytes, false)).hasMessageContaining("line 1, byte 2");
  }

  @Test
  void bytesThatAreNotUtf8AreReplacedOnRequest() {
    byte[] bytes = {'a', (byte) 0xFF, 'c'};
    assertThat(read(bytes, true)).containsExactly("a\uFFFDc");
  }
}
