package org.simcse.plugins.losses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.simcse.api.ContrastiveHead;
import org.simcse.api.error.InvalidInputException;
import org.simcse.api.tensor.HostTensor;
import org.simcse.core.train.OutputMode;
import org.simcse.core.train.StepReport;
import org.simcse.core.train.Trainer;
import org.simcse.core.train.TrainingConfig;
import org.simcse.core.train.TrainingListener;
import org.simcse.core.train.TrainingPlan;

/**
 * The heads that read columns, on the backend of the system property {@code simcse.backend}: values
 * worked out by hand, and training from a file.
 */
class ColumnLossesTest {
  private static final String BACKEND = System.getProperty("simcse.backend", "reference");

  @TempDir private Path folder = Path.of("");

  /** The loss at temperature 0.5 of pairs of unit vectors, of which the anchors are all (1, 0). */
  private static double loss(String name, HostTensor column, double... cosines) {
    double[][] anchors = new double[cosines.length][];
    double[][] positives = new double[cosines.length][];
    for (int i = 0; i < cosines.length; i++) {
      anchors[i] = new double[] {1, 0};
      positives[i] = new double[] {cosines[i], Math.sqrt(1 - cosines[i] * cosines[i])};
    }
    ContrastiveHead head = PairLoss.head(name + ":temperature=0.5");
    Map<String, HostTensor> columns = Map.of(head.columns().get(0).name(), column);
    return PairLoss.term(PairLoss.terms(head, columns, anchors, positives), "loss");
  }

  @Test
  void cosentCountsEveryPairOfRowsInTheOrderOfItsScores() {
    HostTensor scores = HostTensor.of(new double[] {5, 1, 1, 3}, 4);
    double[] cos = {0.2, 0.8, -0.4, 0.6};
    // Scores 5 > 1, 1, 3 and 3 > 1, 1: five pairs; equal scores say nothing.
    double sum = 0;
    int[][] pairs = {{0, 1}, {0, 2}, {0, 3}, {3, 1}, {3, 2}};
    for (int[] pair : pairs) {
      sum += Math.exp((cos[pair[1]] - cos[pair[0]]) / 0.5);
    }
    assertThat(loss("cosent", scores, cos)).isCloseTo(Math.log1p(sum), within(1e-5));
  }

  @Test
  void rowsOfOneScoreTeachCosentNothing() {
    HostTensor scores = HostTensor.of(new double[] {2, 2, 2}, 3);
    assertThat(loss("cosent", scores, 0.9, -0.9, 0.1)).isCloseTo(0, within(1e-6));
  }

  @Test
  void aRowOfTheSameIdIsNoNegative() {
    // Anchors are alike: the logits of every row are the cosines over 0.5.
    double[] cos = {0.5, 0.25, -0.5};
    double[] logits = {Math.exp(1), Math.exp(0.5), Math.exp(-1)};
    HostTensor ids = HostTensor.of(new long[] {1L << 47, (1L << 47) + 1, 1L << 47}, 3);
    double first = Math.log((logits[0] + logits[1]) / logits[0]);
    double second = Math.log((logits[0] + logits[1] + logits[2]) / logits[1]);
    double third = Math.log((logits[1] + logits[2]) / logits[2]);
    assertThat(loss("same-id", ids, cos)).isCloseTo((first + second + third) / 3, within(1e-5));
  }

  private List<Double> losses(String head, String csv, String... settings) throws IOException {
    Path file = Files.writeString(folder.resolve("rows.csv"), csv);
    Map<String, String> all =
        new HashMap<>(
            Map.of(
                "fresh-encoder", "1x32",
                "pooler", "avg",
                "train-file", file.toString(),
                "head", head,
                "backend", BACKEND,
                "dropout", "0",
                "batch-size", "6",
                "learning-rate", "0.01",
                "max-steps", "12"));
    for (int i = 0; i < settings.length; i += 2) {
      all.put(settings[i], settings[i + 1]);
    }
    List<Double> losses = new java.util.ArrayList<>();
    TrainingPlan plan =
        TrainingPlan.of(
            TrainingConfig.defaults().with(all),
            folder.resolve("run"),
            OutputMode.OVERWRITE,
            List.of());
    try (Trainer trainer = plan.open()) {
      trainer
          .listen(
              new TrainingListener() {
                @Override
                public void stepped(StepReport report) {
                  losses.add(report.loss());
                }
              })
          .train();
    }
    return losses;
  }

  private static final String SCORED =
      "text_a,text_b,stars\n"
          + "a cat sleeps,a cat naps,5\na dog runs,a dog sprints,4\nit rains,it pours,3\n"
          + "red wine,blue ink,2\na train,a song,1\nsnow,algebra,0\n";

  @Test
  void cosentLearnsFromTheScoresOfAFile() throws IOException {
    List<Double> losses =
        losses("cosent", SCORED, "columns", "anchor=text_a,positive=text_b,score=stars");
    assertThat(losses).hasSize(12);
    assertThat(losses.get(11)).isLessThan(0.5 * losses.get(0));
  }

  @Test
  void theFormInMicroBatchesReadsTheSameColumns() throws IOException {
    List<Double> whole = losses("cosent", SCORED, "columns", "score=stars", "max-steps", "2");
    List<Double> parts =
        losses("cosent", SCORED, "columns", "score=3", "max-steps", "2", "micro-batch", "2");
    assertThat(parts.get(0)).isCloseTo(whole.get(0), within(1e-5));
    assertThat(parts.get(1)).isCloseTo(whole.get(1), within(1e-4));
  }

  @Test
  void sameIdLearnsFromTheLabelsOfAFile() throws IOException {
    String csv =
        "anchor,positive,id\na cat,a kitten,x\na cat,a tom,x\na dog,a puppy,y\na dog,a hound,y\n";
    List<Double> masked = losses("same-id", csv);
    List<Double> counted = losses("simcse", csv);
    assertThat(masked.get(11)).isLessThan(0.1);
    // Equal anchors with different positives, each a negative of the other's anchor: at least ln 2.
    assertThat(counted.get(11)).isGreaterThan(Math.log(2) - 1e-3);
  }

  @Test
  void angleLearnsFromTheScoresOfAFile() throws IOException {
    List<Double> losses =
        losses("angle:in-batch=0", SCORED, "columns", "anchor=text_a,positive=text_b,score=stars");
    assertThat(losses.get(11)).isLessThan(0.6 * losses.get(0));
  }

  private static final String TAUGHT =
      "{'text': 'a cat sleeps', 'embedding': [1, 0.1, 0]}\n"
          + "{'text': 'a dog runs', 'embedding': [0.9, 0.2, 0]}\n"
          + "{'text': 'it rains', 'embedding': [0, 1, 0.5]}\n"
          + "{'text': 'red wine', 'embedding': [-1, 0, 2.5e-1]}\n";

  @Test
  void distillLearnsFromVectorsOfAFile() throws IOException {
    Path json = Files.writeString(folder.resolve("a.jsonl"), TAUGHT.replace('\'', '"'));
    String[] settings = {"train-file", json.toString(), "columns", "anchor=text,teacher=embedding"};
    List<Double> losses = losses("distill:weight=10", "", settings);
    assertThat(losses.get(11)).isLessThan(0.5 * losses.get(0));
    String csv =
        "text,teacher\na cat sleeps,1 0.1 0\na dog runs,0.9 0.2 0\nit rains,0 1 0.5\nred wine,-1 0 0.25\n";
    assertThat(losses("distill:weight=10", csv)).isEqualTo(losses);
    List<Double> parts = losses("distill:weight=10", csv, "micro-batch", "3");
    assertThat(parts.get(0)).isCloseTo(losses.get(0), within(1e-5));
  }

  private static final String GUIDED =
      "anchor\tpositive\tguide_anchor\tguide_positive\n"
          + "a cat sleeps\ta cat naps\t1 0 0\t0.9 0.1 0\n"
          + "a dog runs\ta dog sprints\t0 1 0\t0 0.8 0.2\n"
          + "the cat is asleep\tcats nap\t1 0 0.1\t0.9 0 0.1\n"
          + "it rains\tit pours\t0 0 1\t0 0.1 1\n";

  @Test
  void guideLearnsWithVectorsOfAFile() throws IOException {
    Path tsv = Files.writeString(folder.resolve("guided.tsv"), GUIDED);
    List<Double> losses = losses("guide:margin=0.1", "", "train-file", tsv.toString());
    assertThat(losses.get(11)).isLessThan(0.5 * losses.get(0));
    List<Double> parts =
        losses("guide:margin=0.1", "", "train-file", tsv.toString(), "micro-batch", "2");
    assertThat(parts.get(0)).isCloseTo(losses.get(0), within(1e-5));
  }

  @Test
  void vectorsOfOneGuideAreAsLong() throws IOException {
    Path tsv =
        Files.writeString(
            folder.resolve("guided.tsv"), GUIDED.replace("\t0.9 0.1 0\n", "\t0.9 0.1\n"));
    assertThatThrownBy(() -> losses("guide", "", "train-file", tsv.toString()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(
            "line 2: the column 'guide_positive' has 2 numbers, but 3 in the column 'guide_anchor'; all vectors must be of one model.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[1, 0.1] | line 2: the column 'teacher' has 2 numbers, but 3 in the first row; all vectors must be of one model.",
        "[1, null, 2] | line 2: the column 'teacher' must be finite numbers, in JSON a list and else with spaces between them, but its number 2 is 'null'.",
        "[] | line 2: there is no text in the field 'teacher'.",
        "1e60 | line 2: the column 'teacher' must be finite numbers, in JSON a list and else with spaces between them, but its number 1 is '1.0E60'.",
      })
  void vectorsThatAreNoneAreRefused(String second, String message) throws IOException {
    Path json =
        Files.writeString(
            folder.resolve("a.jsonl"),
            "{\"text\": \"x\", \"teacher\": [1, 2, 3]}\n{\"text\": \"y\", \"teacher\": "
                + second
                + "}\n");
    assertThatThrownBy(() -> losses("distill", "", "train-file", json.toString()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cosent | anchor,positive x,y v,w | The loss reads the column 'score' of every row, but",
        "cosent | anchor,positive,score x,y,1 v,w,much | line 3: the column 'score' must be a finite number, but it is 'much'.",
        "same-id | anchor,positive,id x,y,1 v,w, | line 3: the column 'id' must be a label, but it is ''.",
        "cosent | anchor,positive,negative,score x,y,z,1 v,w,u,2 | The head 'cosent' takes pairs and no hard negatives.",
      })
  void rowsThatDoNotSuitTheHeadAreRefused(String head, String csv, String message) {
    assertThatThrownBy(() -> losses(head, csv.replace(' ', '\n')))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(message);
  }

  @Test
  void aColumnThatTheHeadDoesNotReadIsRefused() {
    assertThatThrownBy(() -> losses("simcse", SCORED, "columns", "anchor=1,positive=2,score=3"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "The columns name 'score', which is not anchor, positive or negative, and the loss reads texts only. Leave it out, or choose another loss with the setting head.");
  }
}
