package org.simcse.core.evaluate.transfer;

import java.util.List;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import org.simcse.core.evaluate.PrintedFigures;

/**
 * The result of a transfer task. Accuracies are between 0 and 1.
 *
 * @param task the task
 * @param devAccuracy the accuracy in the validation that chose the regularisation
 * @param accuracy the accuracy on the test set or, in the tasks that have none, the mean over the
 *     outer folds
 * @param f1 for MRPC the F1 of the paraphrases, between 0 and 1
 * @param devSize the number of texts or pairs in that validation
 * @param testSize the number of texts or pairs that were tested
 * @since 0.1.0
 */
public record TransferResult(
    TransferTask task,
    double devAccuracy,
    double accuracy,
    OptionalDouble f1,
    int devSize,
    int testSize) {
  /**
   * Returns the mean of a figure over tasks.
   *
   * @throws java.util.NoSuchElementException if there are none
   */
  public static double mean(List<TransferResult> results, ToDoubleFunction<TransferResult> figure) {
    return results.stream().mapToDouble(figure).average().orElseThrow();
  }

  /**
   * Returns the mean of a figure times 100 as printed with two decimals, which is the average of
   * the reference's tables.
   *
   * @throws java.util.NoSuchElementException if there are none
   */
  public static double meanOfPrinted(
      List<TransferResult> results, ToDoubleFunction<TransferResult> figure) {
    return PrintedFigures.mean(
        results.stream().mapToDouble(result -> 100 * figure.applyAsDouble(result)));
  }
}
