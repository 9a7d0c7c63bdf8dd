package org.simcse.cli.io;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;

/**
 * Writes the human-readable formats. Numbers are the shortest decimals that parse to the same
 * 32-bit float; non-finite values are {@code nan}, {@code inf} and {@code -inf}, as NumPy writes
 * them, and {@code null} in JSON, which has no such numbers.
 */
public final class TextVectorWriter implements VectorWriter {
  private final BufferedWriter out;
  private final Format format;
  private final int width;
  private boolean headed;

  public TextVectorWriter(OutputStream out, Format format, int width) {
    this.width = width;
    this.out = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8), 1 << 16);
    this.format = format;
  }

  @Override
  public void write(String text, float[] vector) throws IOException {
    switch (format) {
      case JSONL -> json(text, vector);
      case CSV -> csv(text, vector);
      case TEXT -> numbers(vector, " ");
      case NPY, SAFETENSORS, PARQUET -> throw new IllegalArgumentException("format is " + format);
    }
    out.write('\n');
  }

  private void json(String text, float[] vector) throws IOException {
    try (JsonGenerator json =
        new JsonFactory().createGenerator(out).disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)) {
      json.disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM);
      json.writeStartObject();
      json.writeStringField("text", text);
      json.writeArrayFieldStart("embedding");
      for (float value : vector) {
        if (Float.isFinite(value)) {
          json.writeNumber(value);
        } else {
          json.writeNull();
        }
      }
      json.writeEndArray();
      json.writeEndObject();
    }
  }

  private void csv(String text, float[] vector) throws IOException {
    header();
    out.write('"' + text.replace("\"", "\"\"") + "\",");
    numbers(vector, ",");
  }

  private void header() throws IOException {
    if (!headed) {
      out.write("text");
      for (int i = 0; i < width; i++) {
        out.write(",e" + i);
      }
      out.write('\n');
      headed = true;
    }
  }

  private void numbers(float[] vector, String separator) throws IOException {
    for (int i = 0; i < vector.length; i++) {
      out.write(i == 0 ? "" : separator);
      out.write(number(vector[i]));
    }
  }

  private static String number(float value) {
    if (Float.isNaN(value)) {
      return "nan";
    }
    if (Float.isInfinite(value)) {
      return value > 0 ? "inf" : "-inf";
    }
    return Float.toString(value);
  }

  @Override
  public void finish() throws IOException {
    if (format == Format.CSV) {
      header();
    }
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
