package org.simcse.api;

/**
 * A column of the training data that a head's loss needs beside a row's texts, such as a gold
 * score; see {@link ContrastiveHead#columns}.
 *
 * @param name what the data calls it: letters, digits and underscores
 * @param kind what is in it
 */
public record Column(String name, Kind kind) {
  /** What a column holds. */
  public enum Kind {
    /** Numbers, in single precision; {@code FLOAT} in a program. */
    NUMBER,
    /**
     * Names of any form, of which only equality matters; {@code INT} in a program, where equal
     * names are equal numbers.
     */
    LABEL
  }

  /** The gold score of a row, {@link Views#scores}. */
  public static final Column SCORE = number("score");

  /** What tells whether two rows are about the same thing, {@link Views#ids}. */
  public static final Column ID = label("id");

  /** Checks the name. */
  public Column {
    if (!isName(name)) {
      throw new IllegalArgumentException(
          "'" + name + "' is no name of a column: use letters, digits and underscores.");
    }
  }

  /** Whether a text can be the name of a column. */
  public static boolean isName(String text) {
    return text.matches("[A-Za-z][A-Za-z0-9_]*");
  }

  /** A column of numbers. */
  public static Column number(String name) {
    return new Column(name, Kind.NUMBER);
  }

  /** A column of labels. */
  public static Column label(String name) {
    return new Column(name, Kind.LABEL);
  }
}
