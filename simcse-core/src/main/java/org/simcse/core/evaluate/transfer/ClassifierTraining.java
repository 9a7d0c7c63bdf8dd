package org.simcse.core.evaluate.transfer;

import java.util.Arrays;
import java.util.concurrent.CancellationException;

/**
 * Trains classifiers as SentEval does ({@code tools/classifier.py}): passes over the rows in random
 * order, and after every few passes the accuracy on development rows; the classifier that was best
 * there is the result. Depends on the rows and the settings alone. Thread-safe.
 */
final class ClassifierTraining {
  private final TransferSettings settings;

  ClassifierTraining(TransferSettings settings) {
    this.settings = settings;
  }

  /** Trains on rows, and chooses by the accuracy on others. */
  SoftmaxRegression fit(Rows train, Rows dev, double l2) {
    return fit(train, dev, l2, new MersenneTwister(settings.seed()));
  }

  /** Trains on rows without a random twentieth, by whose accuracy it chooses. */
  SoftmaxRegression fit(Rows rows, double l2) {
    MersenneTwister random = new MersenneTwister(settings.seed());
    int[] order = random.permutation(rows.size());
    int held = (int) (0.05 * rows.size());
    Rows train = rows.at(Arrays.copyOfRange(order, held, order.length));
    return fit(train, rows.at(Arrays.copyOf(order, held)), l2, random);
  }

  private SoftmaxRegression fit(Rows train, Rows dev, double l2, MersenneTwister random) {
    SoftmaxRegression classifier =
        SoftmaxRegression.random(
            train.dimension(), train.classes(), new MersenneTwister(settings.seed()));
    WeightOptimizer optimizer = settings.optimizer().state(train.classes(), train.dimension() + 1);
    SoftmaxRegression best = classifier;
    double bestAccuracy = -1;
    int passes = 0;
    int worse = 0; // never reset: SentEval counts all checks without a new best
    while (passes <= settings.maxPasses() && worse <= settings.tenacity()) {
      for (int i = 0; i < settings.passesPerCheck(); i++) {
        if (Thread.currentThread().isInterrupted()) {
          throw new CancellationException("The training of a classifier was interrupted.");
        }
        int[] order = random.permutation(train.size());
        classifier.trainPass(train, order, settings.batchSize(), (float) l2, optimizer);
      }
      passes += settings.passesPerCheck();
      double accuracy = classifier.accuracy(dev);
      if (accuracy > bestAccuracy) {
        bestAccuracy = accuracy;
        best = classifier.copy();
      } else {
        worse++;
      }
    }
    return best;
  }
}
