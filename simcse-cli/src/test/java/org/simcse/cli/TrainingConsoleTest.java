package org.simcse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.simcse.core.evaluate.Evaluation;
import org.simcse.core.train.EvaluationReport;

class TrainingConsoleTest {
  private static void evaluate(TrainingConsole console, long step, double uniformity) {
    Map<String, Double> metrics =
        Map.of(
            Evaluation.UNIFORMITY, uniformity,
            Evaluation.ALIGNMENT, 0.1,
            Evaluation.COSINE_GAP, 0.5);
    console.evaluated(new EvaluationReport(step, metrics, false));
  }

  @Test
  void aCollapseIsToldWhenItBegins() {
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    PrintStream before = System.err;
    System.setErr(new PrintStream(errors, true, StandardCharsets.UTF_8));
    try {
      TrainingConsole console = new TrainingConsole(new OutputOptions());
      evaluate(console, 0, -2);
      evaluate(console, 1, -0.01);
      evaluate(console, 2, -0.02);
      evaluate(console, 3, -2);
      evaluate(console, 4, -0.03);
    } finally {
      System.setErr(before);
    }
    assertThat(errors.toString(StandardCharsets.UTF_8).lines())
        .filteredOn(line -> line.startsWith("simcse: Collapse (rule uniformity)"))
        .extracting(line -> line.replaceAll(".*is (\\S+),.*", "$1"))
        .containsExactly("-0.010", "-0.030");
  }
}
