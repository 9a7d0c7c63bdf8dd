package org.simcse.core.table;

import java.io.Reader;

/** Presents lines as characters again, for a parser whose rows may span lines. */
final class LineReader extends Reader {
  private final Utf8Lines lines;
  private String line = "";
  private int done;

  LineReader(Utf8Lines lines) {
    this.lines = lines;
  }

  /** Returns whether the last line that was read is empty. */
  boolean emptyLine() {
    return line.equals("\n");
  }

  @Override
  public int read(char[] into, int offset, int length) {
    if (done == line.length()) {
      if (!lines.hasNext()) {
        return -1;
      }
      line = lines.next() + "\n";
      done = 0;
    }
    int count = Math.min(length, line.length() - done);
    line.getChars(done, done + count, into, offset);
    done += count;
    return count;
  }

  /** Does nothing: a parser closes its source at the end, but the lines are the table's. */
  @Override
  public void close() {}
}
