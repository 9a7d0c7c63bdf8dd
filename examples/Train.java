import java.nio.file.Path;
import java.util.List;
import org.simcse.core.train.EvaluationReport;
import org.simcse.core.train.OutputMode;
import org.simcse.core.train.Trainer;
import org.simcse.core.train.TrainingConfig;
import org.simcse.core.train.TrainingListener;
import org.simcse.core.train.TrainingPlan;

/**
 * Trains a small model from Java, with the dependencies that the README names: {@code Train
 * [BACKEND]}, in the directory above this one.
 */
public final class Train {
  public static void main(String[] args) {
    TrainingConfig config =
        TrainingConfig.preset("quickstart").with("backend", args.length > 0 ? args[0] : "pytorch");
    TrainingPlan plan =
        TrainingPlan.of(config, Path.of("runs", "from-java"), OutputMode.NEW, List.of());
    plan.lines().forEach(System.out::println);
    try (Trainer trainer = plan.open()) {
      trainer.listen(
          new TrainingListener() {
            @Override
            public void evaluated(EvaluationReport evaluation) {
              System.out.println(evaluation.step() + " " + evaluation.metrics());
            }
          });
      System.out.println("The best is in " + trainer.train().output().resolve("best"));
    }
  }
}
