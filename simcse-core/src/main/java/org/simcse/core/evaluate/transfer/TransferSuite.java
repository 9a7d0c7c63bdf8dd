package org.simcse.core.evaluate.transfer;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.simcse.api.error.InvalidInputException;
import org.simcse.core.evaluate.Evaluation;
import org.simcse.core.evaluate.TextVectors;

/**
 * Transfer tasks, read and ready to be evaluated.
 *
 * <p>Each distinct text is embedded once, in whichever tasks it occurs, task by task; the vectors
 * of a text are kept until the last task that needs them. Vectors are used as the model gives them:
 * whether they have length 1 changes the results. Thread-safe if the embedding is.
 *
 * @since 0.1.0
 */
public final class TransferSuite {
  private final List<Task> tasks;

  private record Task(TransferTask task, List<LabelledTexts> sets) {
    Set<String> texts() {
      return sets.stream()
          .flatMap(LabelledTexts::texts)
          .collect(Collectors.toCollection(LinkedHashSet::new));
    }
  }

  /** Is told how far the training of a task's classifiers is. */
  @FunctionalInterface
  public interface Progress {
    /**
     * Called before the first classifier of a task and after each, by one thread at a time.
     *
     * @param trained how many of the task's classifiers have been trained
     * @param total how many there are
     */
    void classifiers(TransferTask task, int trained, int total);
  }

  private TransferSuite(List<Task> tasks) {
    this.tasks = List.copyOf(tasks);
  }

  /**
   * Reads tasks.
   *
   * @param directory the data in SentEval's layout, {@code data/downstream}
   * @param tasks the tasks, which are evaluated in the order of SimCSE's tables
   * @param allowOtherData whether files may differ from those that SentEval's scripts make
   * @throws InvalidInputException if files are missing or differ (all are listed), or if a line is
   *     malformed (the message names the file and the line)
   */
  public static TransferSuite read(
      Path directory, Collection<TransferTask> tasks, boolean allowOtherData) {
    List<TransferTask> ordered = List.copyOf(EnumSet.copyOf(tasks));
    TransferFiles.require(
        directory,
        ordered.stream().flatMap(task -> task.files().stream()).toList(),
        allowOtherData);
    TransferReader reader = new TransferReader(directory);
    return new TransferSuite(
        ordered.stream().map(task -> new Task(task, reader.read(task))).toList());
  }

  /** Returns the number of distinct texts, each of which is embedded once. */
  public int texts() {
    return (int) tasks.stream().flatMap(task -> task.texts().stream()).distinct().count();
  }

  /** Returns the number of texts in all tasks, which is how many a naive evaluation embeds. */
  public int occurrences() {
    return (int)
        tasks.stream().flatMap(task -> task.sets().stream()).flatMap(LabelledTexts::texts).count();
  }

  /**
   * Evaluates an embedding.
   *
   * @return the results of the tasks, in order
   * @throws InvalidInputException if a class has too few texts for the folds
   * @throws org.simcse.api.error.SimCseException if the thread is interrupted
   */
  public List<TransferResult> run(
      Evaluation.Embedding embedding, TransferSettings settings, Progress progress) {
    tasks.forEach(task -> requireFolds(task, settings.folds()));
    TextVectors vectors = new TextVectors(tasks.stream().map(Task::texts).toList(), embedding);
    List<TransferResult> results = new ArrayList<>();
    for (Task task : tasks) {
      results.add(run(task, vectors.next(), settings, progress));
    }
    return results;
  }

  private static void requireFolds(Task task, int folds) {
    LabelledTexts train = task.sets().get(0);
    int needed = task.task().validation() == TransferTask.Validation.SPLIT ? 1 : 2 * folds;
    for (int label = 0; label < train.classes(); label++) {
      int wanted = label;
      long rows = train.rows().stream().filter(row -> row.label() == wanted).count();
      if (rows < needed) {
        throw new InvalidInputException(
            "%s has %d training texts of class %d, but at least %d are needed for %d folds."
                .formatted(task.task(), rows, label, needed, folds));
      }
    }
  }

  private static TransferResult run(
      Task task, Map<String, float[]> vectors, TransferSettings settings, Progress progress) {
    List<Rows> sets = task.sets().stream().map(set -> set.features(vectors)).toList();
    Rows train = sets.get(0);
    Rows test = sets.get(sets.size() - 1);
    Rows dev = task.task().validation() == TransferTask.Validation.SPLIT ? sets.get(1) : train;
    CrossValidation.Outcome outcome = outcome(task.task(), sets, settings, progress);
    return new TransferResult(
        task.task(),
        outcome.dev(),
        outcome.test(),
        task.task() == TransferTask.MRPC
            ? OptionalDouble.of(f1(test.labels(), outcome.predicted()))
            : OptionalDouble.empty(),
        dev.size(),
        test.size());
  }

  private static CrossValidation.Outcome outcome(
      TransferTask task, List<Rows> sets, TransferSettings settings, Progress progress) {
    int total = CrossValidation.fits(task.validation(), settings.folds());
    AtomicInteger trained = new AtomicInteger();
    progress.classifiers(task, 0, total);
    try (Fits fits =
        new Fits(
            settings.threads(),
            () -> progress.classifiers(task, trained.incrementAndGet(), total))) {
      CrossValidation validation = new CrossValidation(settings, fits);
      return switch (task.validation()) {
        case NESTED_FOLDS -> validation.nestedFolds(sets.get(0));
        case FOLDS -> validation.folds(sets.get(0), sets.get(1));
        case SPLIT -> validation.split(sets.get(0), sets.get(1), sets.get(2));
      };
    }
  }

  /** Returns the F1 of class 1: 2 TP / (2 TP + FP + FN), and 0 if that class is nowhere. */
  static double f1(int[] labels, int[] predicted) {
    long both =
        IntStream.range(0, labels.length).filter(i -> labels[i] == 1 && predicted[i] == 1).count();
    int either = Arrays.stream(labels).sum() + Arrays.stream(predicted).sum();
    return either == 0 ? 0 : 2.0 * both / either;
  }
}
