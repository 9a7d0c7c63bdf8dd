package org.simcse.cli.io;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.simcse.core.io.Json;

/**
 * Results in a form that people read and in a form that programs read.
 *
 * @param tables the tables for people
 * @param notes sentences below the tables
 * @param records one row per figure, for CSV
 * @param json all results, for JSON; an undefined number is NaN or infinite
 */
public record Report(
    List<Table> tables, List<String> notes, Table records, Map<String, Object> json) {
  /** The formats of a report. */
  public enum Format {
    /** Aligned tables. */
    TABLE,
    /** One JSON object. */
    JSON,
    /** One line per figure. */
    CSV,
    /** Markdown tables. */
    MARKDOWN
  }

  /**
   * Writes the report to a destination, which it closes.
   *
   * @throws OutputException if it cannot be written
   */
  public void write(Format format, Destination destination) {
    try (destination) {
      OutputStream out = destination.stream();
      out.write(text(format).getBytes(StandardCharsets.UTF_8));
      destination.commit();
    } catch (IOException e) {
      throw destination.failed(e);
    }
  }

  /** Returns a report with the tables, notes and records of both. */
  public Report and(Report other) {
    Map<String, Object> all = new LinkedHashMap<>(json);
    all.putAll(other.json);
    return new Report(
        concatenated(tables, other.tables),
        concatenated(notes, other.notes),
        records.and(other.records),
        all);
  }

  private static <T> List<T> concatenated(List<T> first, List<T> second) {
    return Stream.concat(first.stream(), second.stream()).toList();
  }

  /** Returns the report in a format. */
  public String text(Format format) {
    return switch (format) {
      case JSON ->
          new String(Json.bytes(Objects.requireNonNull(withNulls(json))), StandardCharsets.UTF_8)
              + "\n";
      case CSV -> String.join("\n", records.csv()) + "\n";
      case TABLE -> readable(false);
      case MARKDOWN -> readable(true);
    };
  }

  /** Replaces NaN and infinity, which JSON does not have, by null. */
  private static @Nullable Object withNulls(@Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      Map<Object, @Nullable Object> copy = new LinkedHashMap<>();
      map.forEach((key, element) -> copy.put(key, withNulls(element)));
      return copy;
    }
    if (value instanceof List<?> list) {
      List<@Nullable Object> copy = new ArrayList<>();
      list.forEach(element -> copy.add(withNulls(element)));
      return copy;
    }
    return value != null && Table.isUndefined(value) ? null : value;
  }

  private String readable(boolean markdown) {
    List<String> lines = new ArrayList<>();
    for (Table table : tables) {
      if (!lines.isEmpty()) {
        lines.add("");
      }
      if (!table.title().isEmpty()) {
        lines.add(markdown ? "### " + table.title() : table.title());
        if (markdown) {
          lines.add("");
        }
      }
      lines.addAll(markdown ? table.markdown() : table.lines());
    }
    if (!notes.isEmpty()) {
      lines.add("");
    }
    for (String note : notes) {
      lines.add(markdown ? "- " + note : note);
    }
    return String.join("\n", lines) + "\n";
  }
}
