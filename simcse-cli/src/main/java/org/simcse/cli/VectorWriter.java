package org.simcse.cli;

import java.io.Closeable;
import java.io.IOException;

/** Writes texts and their vectors, one after the other. */
interface VectorWriter extends Closeable {
  /** The formats. */
  enum Format {
    /** Numbers separated by spaces, a vector a line. */
    TEXT(false),
    /** An object a line, {@code {"text": …, "embedding": […]}}. */
    JSONL(false),
    /** A header, which is there without any row too, then the text and its numbers. */
    CSV(false),
    /** NumPy's, {@code [N, D]} of 32-bit floats. */
    NPY(true),
    /** The tensor {@code embeddings}, {@code [N, D]} of 32-bit floats. */
    SAFETENSORS(true);

    private final boolean seeks;

    Format(boolean seeks) {
      this.seeks = seeks;
    }

    /** Whether the number of rows stands in front, so that it takes a file to go back to. */
    boolean seeks() {
      return seeks;
    }
  }

  /** Adds one row. */
  void write(String text, float[] vector) throws IOException;

  /** Completes what was written, after the last row. */
  void finish() throws IOException;

  /** Writes what waits in a buffer, complete or not. */
  @Override
  void close() throws IOException;
}
