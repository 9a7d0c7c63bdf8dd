package org.simcse.cli.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReportTest {
  private static final Table TABLE =
      new Table(
          "Title",
          List.of("task", "pairs", "rho"),
          List.of(List.of("a|b", 7, 82.0349), List.of("c, \"d\"", 1500, Double.NaN)));
  private static final Report REPORT =
      new Report(
          List.of(TABLE), List.of("A note."), TABLE, Map.of("rho", List.of(0.5, Double.NaN)));

  @Test
  void peopleReadAlignedColumns() {
    assertThat(REPORT.text(Report.Format.TABLE))
        .isEqualTo(
            """
            Title
            task    pairs        rho
            a|b         7      82.03
            c, "d"   1500  undefined

            A note.
            """);
  }

  @Test
  void markdownHasItsOwnTables() {
    assertThat(REPORT.text(Report.Format.MARKDOWN))
        .isEqualTo(
            """
            ### Title

            | task | pairs | rho |
            | :-- | --: | --: |
            | a\\|b | 7 | 82.03 |
            | c, "d" | 1500 | undefined |

            - A note.
            """);
  }

  @Test
  void programsReadAllDigits() {
    assertThat(REPORT.text(Report.Format.CSV))
        .isEqualTo("task,pairs,rho\na|b,7,82.0349\n\"c, \"\"d\"\"\",1500,nan\n");
    assertThat(REPORT.text(Report.Format.JSON)).contains("[ 0.5, null ]");
  }

  @Test
  void infinityIsUndefinedToo() {
    Table table = new Table("", List.of("a"), List.of(List.of(Double.NEGATIVE_INFINITY)));
    Report report =
        new Report(List.of(table), List.of(), table, Map.of("a", Double.POSITIVE_INFINITY));
    assertThat(report.text(Report.Format.TABLE)).isEqualTo("        a\nundefined\n");
    assertThat(report.text(Report.Format.CSV)).isEqualTo("a\nnan\n");
    assertThat(report.text(Report.Format.JSON)).contains("null").doesNotContain("Infinity");
  }

  @Test
  void reportsAreJoined() {
    Table other = new Table("Other", List.of("task", "accuracy"), List.of(List.of("MR", 0.5)));
    Report both =
        REPORT.and(new Report(List.of(other), List.of("More."), other, Map.of("accuracy", 0.5)));
    assertThat(both.text(Report.Format.CSV))
        .isEqualTo(
            "task,pairs,rho,accuracy\na|b,7,82.0349,\n\"c, \"\"d\"\"\",1500,nan,\nMR,,,0.5\n");
    assertThat(both.text(Report.Format.TABLE))
        .endsWith("\n\nOther\ntask  accuracy\nMR        0.50\n\nA note.\nMore.\n");
    assertThat(both.text(Report.Format.JSON)).contains("rho", "accuracy");
  }
}
