package org.simcse.cli.io;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/** Texts to embed; there may be more than fit in memory. */
public final class Texts implements Iterator<String>, AutoCloseable {
  private final Iterator<String> texts;
  private final long expected;
  private final Runnable onClose;

  private Texts(Iterator<String> texts, long expected, Runnable onClose) {
    this.texts = texts;
    this.expected = expected;
    this.onClose = onClose;
  }

  public static Texts of(List<String> texts) {
    return new Texts(texts.iterator(), texts.size(), () -> {});
  }

  /**
   * Returns the texts of the first column; closing them closes the rows.
   *
   * @param expected how many there may be, or -1
   */
  public static Texts of(Rows rows, long expected) {
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
    return new Texts(first, expected, rows::close);
  }

  /**
   * Returns the texts of several sources, each of which is opened when the one before has ended;
   * closing them closes the one that is open.
   *
   * @param expected how many there may be, or -1
   */
  public static Texts of(Iterator<Texts> sources, long expected) {
    Texts[] open = {of(List.of())};
    Iterator<String> all =
        new Iterator<>() {
          @Override
          public boolean hasNext() {
            while (!open[0].hasNext() && sources.hasNext()) {
              open[0].close();
              open[0] = sources.next();
            }
            return open[0].hasNext();
          }

          @Override
          public String next() {
            if (!hasNext()) {
              throw new NoSuchElementException();
            }
            return open[0].next();
          }
        };
    return new Texts(all, expected, () -> open[0].close());
  }

  /** Returns how many texts there may be, for a progress bar; -1 if unknown. */
  public long expected() {
    return expected;
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
