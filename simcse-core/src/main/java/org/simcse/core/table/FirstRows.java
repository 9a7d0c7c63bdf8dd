package org.simcse.core.table;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.simcse.api.error.InvalidInputException;

/** Detects a table's format from its first rows. */
final class FirstRows {
  /** The number of rows that are inspected. */
  static final int COUNT = 64;

  /** The least number of rows: fewer may contain equally many of a character by chance. */
  private static final int EVIDENCE = 4;

  private static final int LONGEST_NAME = 40;
  private static final int LONGEST_NAME_IN_IDEOGRAPHS = 8;
  private static final Pattern NUMBER = Pattern.compile("[-+]?[0-9]*[.,]?[0-9]+");
  private static final Pattern THREE_WORDS = Pattern.compile("\\S+\\s+\\S+\\s+\\S.*");
  private static final String ENDS_OF_SENTENCES = ".!?。！？";

  private FirstRows() {}

  /**
   * Rejects a header that looks like a row of texts: every name is a sentence, or a number beside
   * one.
   */
  static void requireNames(String file, List<String> header) {
    boolean texts = header.stream().anyMatch(FirstRows::sentence);
    if (texts && header.stream().allMatch(name -> sentence(name) || noName(name))) {
      throw new InvalidInputException(
          "%s: the first row should hold the column names, but looks like a row of texts: %s. Use the setting header=false if it is a row of texts, or the setting header=true if it does hold the names."
              .formatted(file, header));
    }
  }

  private static boolean noName(String name) {
    return name.isBlank() || NUMBER.matcher(name.strip()).matches();
  }

  private static boolean sentence(String name) {
    String text = name.strip();
    if (text.isEmpty() || ColumnKind.of(List.of(text)).get(0) != ColumnKind.UNKNOWN) {
      return false;
    }
    return text.length() > LONGEST_NAME
        || THREE_WORDS.matcher(text).matches()
        || ENDS_OF_SENTENCES.indexOf(text.charAt(text.length() - 1)) >= 0
        || text.codePoints().filter(Character::isIdeographic).count() > LONGEST_NAME_IN_IDEOGRAPHS;
  }

  /**
   * Returns the likely delimiter of columns in texts that were read as a single column.
   *
   * @param header the column's name, if it has one
   * @param format the format in which they were read
   */
  static Optional<Character> delimiter(
      Optional<String> header, List<String> texts, TextFormat format) {
    // Many sentences contain a comma; names, or texts separated by tabs, rarely do.
    boolean comma =
        format.kind() == TextFormat.Kind.TSV || (format.kind().separated() && header.isPresent());
    return (comma ? "\t;|," : "\t;|")
        .chars()
        .mapToObj(character -> (char) character)
        .filter(character -> !format.kind().separated() || character != format.delimiter())
        .filter(character -> separates(character, header, texts))
        .findFirst();
  }

  private static boolean separates(char character, Optional<String> header, List<String> texts) {
    if (texts.isEmpty() || (header.isEmpty() && texts.size() < EVIDENCE)) {
      return false;
    }
    long count = count(header.orElse(texts.get(0)), character);
    long same = texts.stream().filter(text -> count(text, character) == count).count();
    return count > 0 && same >= 0.9 * texts.size();
  }

  private static long count(String text, char character) {
    return text.chars().filter(c -> c == character).count();
  }
}
