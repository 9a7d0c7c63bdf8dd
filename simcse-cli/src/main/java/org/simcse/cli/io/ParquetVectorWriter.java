package org.simcse.cli.io;

import java.io.IOException;
import java.io.OutputStream;
import org.simcse.parquet.ParquetVectors;

/** Writes Parquet, from the beginning to the end, a group of rows at a time. */
public final class ParquetVectorWriter implements VectorWriter {
  private final ParquetVectors file;

  public ParquetVectorWriter(OutputStream out) throws IOException {
    this.file = new ParquetVectors(out);
  }

  @Override
  public void write(String text, float[] vector) throws IOException {
    file.write(text, vector);
  }

  @Override
  public void finish() throws IOException {
    file.finish();
  }

  /** Does nothing: without its end, which {@link #finish} has written, it is no Parquet file. */
  @Override
  public void close() {}
}
