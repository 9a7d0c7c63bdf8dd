package org.simcse.cli.io;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Unbuffered standard output that throws an {@link OutputException} when it cannot be written. That
 * exception passes through a {@link java.io.PrintWriter}, which would swallow an {@link
 * IOException}, and so ends the command. Later writes are discarded.
 */
public final class StandardOutput extends OutputStream {
  private final OutputStream out;
  private boolean failed;

  public StandardOutput(OutputStream out) {
    this.out = out;
  }

  /** Returns the standard output of the process. */
  public static StandardOutput ofProcess() {
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

  /** Leaves standard output open for others. */
  @Override
  public void close() {}
}
