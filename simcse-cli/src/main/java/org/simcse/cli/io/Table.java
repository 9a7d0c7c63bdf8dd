package org.simcse.cli.io;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A table of results.
 *
 * @param title what the table shows, or an empty text
 * @param columns the names of the columns
 * @param rows the cells: texts, whole numbers, or {@code Double}s, which are shown with two
 *     decimals; as many per row as columns
 */
public record Table(String title, List<String> columns, List<List<Object>> rows) {
  /** How a number that is not defined is shown. */
  private static final String UNDEFINED = "undefined";

  /** Returns aligned lines: texts to the left, numbers to the right. */
  List<String> lines() {
    List<List<String>> shown = shown();
    int[] widths =
        IntStream.range(0, columns.size())
            .map(i -> shown.stream().mapToInt(row -> width(row.get(i))).max().orElse(0))
            .toArray();
    List<String> lines = new ArrayList<>();
    for (List<String> row : shown) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < columns.size(); i++) {
        String padding = " ".repeat(widths[i] - width(row.get(i)));
        line.append(i == 0 ? "" : "  ");
        line.append(isText(i) ? row.get(i) + padding : padding + row.get(i));
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }

  /** Returns the lines of a Markdown table, as GitHub shows it. */
  List<String> markdown() {
    List<String> lines = new ArrayList<>();
    for (List<String> row : shown()) {
      lines.add(
          row.stream()
              .map(cell -> cell.replace("|", "\\|"))
              .collect(Collectors.joining(" | ", "| ", " |")));
    }
    lines.add(
        1,
        IntStream.range(0, columns.size())
            .mapToObj(i -> isText(i) ? ":--" : "--:")
            .collect(Collectors.joining(" | ", "| ", " |")));
    return lines;
  }

  /** Returns the lines of a CSV file, with all digits of numbers. */
  List<String> csv() {
    List<String> lines = new ArrayList<>();
    lines.add(columns.stream().map(Table::quoted).collect(Collectors.joining(",")));
    for (List<Object> row : rows) {
      lines.add(
          row.stream()
              .map(cell -> isUndefined(cell) ? "nan" : quoted(cell.toString()))
              .collect(Collectors.joining(",")));
    }
    return lines;
  }

  /** Returns one map per row; an undefined number stays as it is. */
  public List<Map<String, Object>> objects() {
    List<Map<String, Object>> objects = new ArrayList<>();
    for (List<Object> row : rows) {
      Map<String, Object> object = new LinkedHashMap<>();
      for (int i = 0; i < columns.size(); i++) {
        object.put(columns.get(i), row.get(i));
      }
      objects.add(object);
    }
    return objects;
  }

  /** Returns the rows of both, with an empty cell where a table lacks the other's column. */
  Table and(Table other) {
    List<String> all = Stream.of(columns, other.columns).flatMap(List::stream).distinct().toList();
    List<List<Object>> cells = new ArrayList<>();
    for (Table table : List.of(this, other)) {
      for (Map<String, Object> row : table.objects()) {
        cells.add(all.stream().map(column -> row.getOrDefault(column, "")).toList());
      }
    }
    return new Table(title, all, cells);
  }

  private List<List<String>> shown() {
    List<List<String>> shown = new ArrayList<>();
    shown.add(columns);
    rows.forEach(row -> shown.add(row.stream().map(Table::shown).toList()));
    return shown;
  }

  private static String shown(Object cell) {
    if (isUndefined(cell)) {
      return UNDEFINED;
    }
    return cell instanceof Double number
        ? String.format(Locale.ROOT, "%.2f", number)
        : cell.toString();
  }

  /** Returns whether a value is NaN or infinite. */
  static boolean isUndefined(Object value) {
    return value instanceof Double number && !Double.isFinite(number);
  }

  private boolean isText(int column) {
    return rows.stream().allMatch(row -> row.get(column) instanceof String);
  }

  private static int width(String text) {
    return text.codePointCount(0, text.length());
  }

  static String quoted(String cell) {
    return cell.matches("[^,\"\\r\\n]*") ? cell : '"' + cell.replace("\"", "\"\"") + '"';
  }
}
