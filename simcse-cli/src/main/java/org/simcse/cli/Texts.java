package org.simcse.cli;

import java.util.Iterator;
import java.util.List;

/** Texts to embed, of which there may be more than memory holds. */
final class Texts implements Iterator<String>, AutoCloseable {
  private final Iterator<String> texts;
  private final Runnable onClose;

  private Texts(Iterator<String> texts, Runnable onClose) {
    this.texts = texts;
    this.onClose = onClose;
  }

  static Texts of(List<String> texts) {
    return new Texts(texts.iterator(), () -> {});
  }

  /** The first column; closes the rows. */
  static Texts of(Rows rows) {
    Iterator<String> first =
        new Iterator<>() {
          @Override
          public boolean hasNext() {
            return rows.hasNext();
          }

          @Override
          public String next() {
            return rows.next().get(0);
          }
        };
    return new Texts(first, rows::close);
  }

  @Override
  public boolean hasNext() {
    return texts.hasNext();
  }

  @Override
  public String next() {
    return texts.next();
  }

  @Override
  public void close() {
    onClose.run();
  }
}
