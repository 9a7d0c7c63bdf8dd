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
    SAFETENSORS(true),
    /** Parquet, with the columns {@code text} and {@code embedding}, a list of 32-bit floats. */
    PARQUET(true);

    private final boolean binary;

    Format(boolean binary) {
      this.binary = binary;
    }

    /** Returns whether a terminal cannot show it. */
    public boolean binary() {
      return binary;
    }
  }

  /**
   * Returns the writer of a format.
   *
   * @param width D, the size of a vector
   */
  static VectorWriter of(Destination destination, Format format, int width) throws IOException {
    return switch (format) {
      case TEXT, JSONL, CSV -> new TextVectorWriter(destination.stream(), format, width);
      case NPY, SAFETENSORS -> new BinaryVectorWriter(destination.channel(), format, width);
      case PARQUET -> new ParquetVectorWriter(destination.stream());
    };
  }

  /** Adds one row. */
  void write(String text, float[] vector) throws IOException;

  /** Completes the output after the last row. */
  void finish() throws IOException;

  /** Flushes output, complete or not; without {@link #finish} it is not complete. */
  @Override
  void close() throws IOException;
}
