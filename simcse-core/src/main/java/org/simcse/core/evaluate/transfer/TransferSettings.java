package org.simcse.core.evaluate.transfer;

import org.simcse.api.error.InvalidInputException;

/**
 * How the classifiers of transfer tasks are trained and validated.
 *
 * @param folds the number of folds of a cross-validation, at least 2
 * @param optimizer what updates the weights
 * @param batchSize the number of rows per step
 * @param tenacity how many checks without a new best accuracy do not end the training
 * @param passesPerCheck the number of passes over the rows between checks of the accuracy
 * @param maxPasses the number of passes after which no further ones begin
 * @param seed the start of all random numbers: folds, initial weights, order of the rows
 * @param threads the number of classifiers that are trained at the same time; results do not depend
 *     on it
 * @since 0.1.0
 */
public record TransferSettings(
    int folds,
    Optimizer optimizer,
    int batchSize,
    int tenacity,
    int passesPerCheck,
    int maxPasses,
    int seed,
    int threads) {
  /** SentEval's seed, which all published results have. */
  public static final int SEED = 1111;

  /** What updates the weights. */
  public enum Optimizer {
    /** Adam with PyTorch's defaults. */
    ADAM,
    /** RMSprop with PyTorch's defaults. */
    RMSPROP;

    WeightOptimizer state(int vectors, int size) {
      return switch (this) {
        case ADAM -> new WeightOptimizer.Adam(vectors, size);
        case RMSPROP -> new WeightOptimizer.RmsProp(vectors, size);
      };
    }
  }

  /**
   * Validates the numbers.
   *
   * @throws InvalidInputException if one is too small; the message names it
   */
  public TransferSettings {
    require("folds", folds, 2);
    require("batchSize", batchSize, 1);
    require("tenacity", tenacity, 0);
    require("passesPerCheck", passesPerCheck, 1);
    require("maxPasses", maxPasses, 0);
    require("seed", seed, 0);
    require("threads", threads, 1);
  }

  private static void require(String name, int value, int least) {
    if (value < least) {
      throw new InvalidInputException(
          "%d is too small for the setting %s; it must be at least %d."
              .formatted(value, name, least));
    }
  }

  /** Returns the settings of published results: 10 folds, Adam, batches of 64. */
  public static TransferSettings full() {
    return new TransferSettings(10, Optimizer.ADAM, 64, 5, 4, 200, SEED, processors());
  }

  /** Returns the settings of the reference's fast mode: 5 folds, RMSprop, batches of 128. */
  public static TransferSettings fast() {
    return new TransferSettings(5, Optimizer.RMSPROP, 128, 3, 2, 200, SEED, processors());
  }

  private static int processors() {
    return Runtime.getRuntime().availableProcessors();
  }

  /** Returns these settings with another seed. */
  public TransferSettings withSeed(int other) {
    return new TransferSettings(
        folds, optimizer, batchSize, tenacity, passesPerCheck, maxPasses, other, threads);
  }

  /** Returns these settings with another number of threads. */
  public TransferSettings withThreads(int other) {
    return new TransferSettings(
        folds, optimizer, batchSize, tenacity, passesPerCheck, maxPasses, seed, other);
  }
}
