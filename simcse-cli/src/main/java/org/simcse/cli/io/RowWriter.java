package org.simcse.cli.io;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.simcse.api.error.InvalidInputException;

/** Writes rows of texts, in UTF-8, as {@code train} reads them. */
public final class RowWriter {
  /** The formats. Tsv has no quotes, so that not every text can be written to it. */
  public enum Format {
    /** A header and rows. */
    CSV,
    /** An object per line. */
    JSONL;

    /**
     * Returns the format that a file's ending says; standard output and devices get csv.
     *
     * @throws InvalidInputException if it says another
     */
    public static Format of(Optional<Path> file) {
      String name = file.map(Path::getFileName).map(Path::toString).orElse("-");
      String lower = name.toLowerCase(Locale.ROOT);
      if (lower.endsWith(".jsonl")) {
        return JSONL;
      }
      if (lower.endsWith(".csv") || !lower.contains(".")) {
        return CSV;
      }
      throw new InvalidInputException(
          "%s cannot be written: rows of texts are written as .csv or .jsonl."
              .formatted(file.orElseThrow()));
    }
  }

  private final BufferedWriter out;
  private final Format format;
  private List<String> names = List.of();

  /** Creates a writer; the caller closes the stream. */
  public RowWriter(OutputStream out, Format format) {
    this.out = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8), 1 << 16);
    this.format = format;
  }

  /** Names the columns; called once, before the rows. */
  public void header(List<String> columns) throws IOException {
    names = List.copyOf(columns);
    if (format == Format.CSV) {
      csv(columns);
    }
  }

  /**
   * Writes a row.
   *
   * @param texts one text per column
   */
  public void row(List<String> texts) throws IOException {
    if (format == Format.CSV) {
      csv(texts);
    } else {
      json(texts);
    }
  }

  private void csv(List<String> texts) throws IOException {
    out.write(texts.stream().map(Table::quoted).collect(Collectors.joining(",")));
    out.write('\n');
  }

  private void json(List<String> texts) throws IOException {
    try (JsonGenerator json =
        new JsonFactory().createGenerator(out).disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)) {
      json.disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM);
      json.writeStartObject();
      for (int i = 0; i < texts.size(); i++) {
        json.writeStringField(names.get(i), texts.get(i));
      }
      json.writeEndObject();
    }
    out.write('\n');
  }

  /** Flushes what is buffered. */
  public void finish() throws IOException {
    out.flush();
  }
}
