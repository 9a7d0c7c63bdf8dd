package org.simcse.parquet;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/**
 * Writes texts and their vectors as Parquet: the columns {@code text}, a string, and {@code
 * embedding}, a list of 32-bit floats, in row groups of about 16 MB, which is what it holds in
 * memory. Nothing is compressed, since vectors hardly shrink.
 *
 * <p>Not thread-safe. The stream stays open.
 */
public final class ParquetVectors {
  private static final long ROW_GROUP = 16 << 20;
  private static final int BUFFER = 1 << 16;

  private final ParquetWriter<TextVector> writer;

  /** Writes the beginning of a file. */
  public ParquetVectors(OutputStream out) throws IOException {
    writer =
        new TextVectorSupport.Builder(new StreamFile(new BufferedOutputStream(out, BUFFER)))
            .withConf(new PlainParquetConfiguration())
            .withWriteMode(ParquetFileWriter.Mode.CREATE)
            .withCompressionCodec(CompressionCodecName.UNCOMPRESSED)
            .withRowGroupSize(ROW_GROUP)
            .withDictionaryEncoding(false)
            .build();
  }

  /** Adds one row. */
  public void write(String text, float[] vector) throws IOException {
    writer.write(new TextVector(text, vector));
  }

  /** Completes the file, which is none before. */
  public void finish() throws IOException {
    writer.close();
  }
}
