package org.simcse.cli.io;

import java.io.Closeable;
import java.io.IOException;

/** Writes texts and their vectors, one after the other. */
public interface VectorWriter extends Closeable {
  /** The formats. */
  enum Format {
    /** Numbers separated by spaces, one vector per line. */
    TEXT(false),
    /** One object per line, {@code {"text": …, "embedding": […]}}. */
    JSONL(false),
    /** A header, present even without rows, then the text and its numbers. */
    CSV(false),
    /** NumPy's format, {@code [N, D]} of 32-bit floats. */
    NPY(true),
    /** A safetensors file with the tensor {@code embeddings}, {@code [N, D]} of 32-bit floats. */
    SAFETENSORS(true);

    private final boolean seeks;

    Format(boolean seeks) {
      this.seeks = seeks;
    }

    /** Returns whether the number of rows is in the header, so that the output must be seekable. */
    public boolean seeks() {
      return seeks;
    }
  }

  /**
   * Returns the writer of a format.
   *
   * @param width D, the size of a vector
   */
  static VectorWriter of(Destination destination, Format format, int width) throws IOException {
    return format.seeks()
        ? new BinaryVectorWriter(destination.channel(), format, width)
        : new TextVectorWriter(destination.stream(), format, width);
  }

  /** Adds one row. */
  void write(String text, float[] vector) throws IOException;

  /** Completes the output after the last row. */
  void finish() throws IOException;

  /** Flushes buffered output, complete or not. */
  @Override
  void close() throws IOException;
}
