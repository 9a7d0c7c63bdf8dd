package org.simcse.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Standard output, without a buffer, which throws an {@link OutputException} when it cannot be
 * written. That one passes through a {@link java.io.PrintWriter}, which would keep an {@link
 * IOException} to itself, and so it ends the command. What is written after it is discarded.
 */
final class StandardOutput extends OutputStream {
  private final OutputStream out;
  private boolean failed;

  StandardOutput(OutputStream out) {
    this.out = out;
  }

  /** The process's own. */
  static StandardOutput ofProcess() {
    return new StandardOutput(new FileOutputStream(FileDescriptor.out));
  }

  @Override
  public void write(int value) {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    if (failed) {
      return;
    }
    try {
      out.write(bytes, offset, length);
      out.flush();
    } catch (IOException e) {
      failed = true;
      throw new OutputException("Standard output", e);
    }
  }

  /** Leaves it open for others. */
  @Override
  public void close() {}
}
