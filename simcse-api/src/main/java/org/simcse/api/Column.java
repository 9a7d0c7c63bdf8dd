package org.simcse.api;

/**
 * A column of the training data that a head's loss needs in addition to a row's texts, such as a
 * gold score; see {@link ContrastiveHead#columns}.
 *
 * @param name the name in the data: letters, digits and underscores
 * @param kind the type of its values
 * @param width a name for the number of numbers in a vector: columns with one name for it have as
 *     many
 * @since 0.1.0
 */
public record Column(String name, Kind kind, String width) {
  /** The type of a column's values. */
  public enum Kind {
    /** Numbers, in single precision; {@code FLOAT} in a program. */
    NUMBER,
    /**
     * Arbitrary names, compared for equality only; {@code INT} in a program, equal numbers for
     * equal names.
     */
    LABEL,
    /** Several numbers, as many in every row; {@code FLOAT} in a program. */
    VECTOR
  }

  /** The gold score of a row, {@link Views#scores}. */
  public static final Column SCORE = number("score");

  /** Identifies rows about the same thing, {@link Views#ids}. */
  public static final Column ID = label("id");

  /** Checks the name. */
  public Column {
    if (!isName(name)) {
      throw new IllegalArgumentException(
          "'" + name + "' is no name of a column: use letters, digits and underscores.");
    }
  }

  /** Makes a column with a width of its own. */
  public Column(String name, Kind kind) {
    this(name, kind, name);
  }

  /** Returns whether {@code text} is a valid column name. */
  public static boolean isName(String text) {
    return text.matches("[A-Za-z][A-Za-z0-9_]*");
  }

  /** Returns a column of numbers. */
  public static Column number(String name) {
    return new Column(name, Kind.NUMBER);
  }

  /** Returns a column of labels. */
  public static Column label(String name) {
    return new Column(name, Kind.LABEL);
  }

  /** Returns a column of vectors. */
  public static Column vector(String name) {
    return new Column(name, Kind.VECTOR);
  }

  /** Returns a column of vectors with as many numbers as others of that width. */
  public static Column vector(String name, String width) {
    return new Column(name, Kind.VECTOR, width);
  }
}
