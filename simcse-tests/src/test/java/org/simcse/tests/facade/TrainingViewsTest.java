package org.simcse.tests.facade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.simcse.api.error.InvalidInputException;
import org.simcse.core.train.OutputMode;
import org.simcse.core.train.StepReport;
import org.simcse.core.train.Trainer;
import org.simcse.core.train.TrainingConfig;
import org.simcse.core.train.TrainingListener;
import org.simcse.core.train.TrainingPlan;

/** Where views come from decides what is trained on. */
class TrainingViewsTest {
  @TempDir private Path folder = Path.of("");

  private TrainingPlan plan(String rows, String views) throws IOException {
    Path file = Files.writeString(folder.resolve("rows.csv"), rows);
    TrainingConfig config =
        TrainingConfig.defaults()
            .with(
                Map.of(
                    "backend", "reference",
                    "fresh-encoder", "1x32",
                    "pooler", "avg",
                    "dropout", "0",
                    "batch-size", "4",
                    "max-steps", "1",
                    "log-steps", "1",
                    "views", views,
                    "train-file", file.toString()));
    return TrainingPlan.of(config, folder.resolve("out"), OutputMode.OVERWRITE, List.of());
  }

  private double firstLoss(String views) throws IOException {
    List<Double> losses = new ArrayList<>();
    String rows =
        "text\na man sees a bird\na dog eats a bone\nmy cat sleeps here\nthe sun is out\n";
    try (Trainer trainer = plan(rows, views).open()) {
      trainer
          .listen(
              new TrainingListener() {
                @Override
                public void stepped(StepReport step) {
                  losses.add(step.terms().get("contrastive"));
                }
              })
          .train();
    }
    return losses.get(0);
  }

  @Test
  void changedWordsMakeThePositiveAnotherText() throws IOException {
    double same = firstLoss("texts");
    for (String views : List.of("word-deletion:rate=0.5", "word-repetition", "crop:rate=0.5")) {
      double changed = firstLoss(views);
      assertThat(changed).as(views).isNotEqualTo(same).isEqualTo(firstLoss(views));
    }
  }

  @Test
  void rowsThatHaveTheirPositiveAreRefusedBeforeTraining() {
    assertThatThrownBy(() -> plan("a,b\nx,y\nz,w\n", "word-deletion"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("the row on line 2 has 2");
  }

  @Test
  void anUnknownSourceIsRefusedBeforeTraining() {
    assertThatThrownBy(() -> plan("a\nx\nz\n", "translation"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("'translation'");
  }
}
