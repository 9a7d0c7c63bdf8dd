package org.simcse.core.evaluate.transfer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.simcse.core.evaluate.transfer.StratifiedFolds.Fold;

/**
 * The three ways in which SentEval ({@code tools/validation.py}) chooses the L2 regularisation of a
 * classifier and tests it.
 */
final class CrossValidation {
  private static final double[] L2 = {1e-5, 1e-4, 1e-3, 1e-2};

  private final TransferSettings settings;
  private final ClassifierTraining training;
  private final Fits fits;

  CrossValidation(TransferSettings settings, Fits fits) {
    this.settings = settings;
    this.training = new ClassifierTraining(settings);
    this.fits = fits;
  }

  /**
   * What came out.
   *
   * @param dev the accuracy with the best regularisation, in the validation that chose it
   * @param test the accuracy on rows that played no part in the choice
   * @param predicted the classes of the test rows, where there is one test set
   */
  record Outcome(double dev, double test, int[] predicted) {}

  private record Choice(double l2, double accuracy) {}

  /** Returns how many classifiers each way trains. */
  static int fits(TransferTask.Validation validation, int folds) {
    return switch (validation) {
      case NESTED_FOLDS -> folds * (folds * L2.length + 1);
      case FOLDS -> folds * L2.length + 1;
      case SPLIT -> L2.length + 1;
    };
  }

  /**
   * Tests on each fold a classifier of the others, whose regularisation a cross-validation within
   * these chooses. Both accuracies are means over the outer folds, each rounded to 0.01 %.
   */
  Outcome nestedFolds(Rows rows) {
    List<Fold> outer = folds(rows);
    List<Choice> choices = choose(outer.stream().map(fold -> folds(fold.train())).toList());
    List<Callable<Double>> tests = new ArrayList<>();
    for (int i = 0; i < outer.size(); i++) {
      Fold fold = outer.get(i);
      double l2 = choices.get(i).l2();
      tests.add(() -> rounded(training.fit(fold.train(), l2).accuracy(fold.test())));
    }
    return new Outcome(
        choices.stream().mapToDouble(Choice::accuracy).average().orElseThrow(),
        fits.all(tests).stream().mapToDouble(Double::doubleValue).average().orElseThrow(),
        new int[0]);
  }

  /** Chooses the regularisation by cross-validation, and tests a classifier of all rows. */
  Outcome folds(Rows train, Rows test) {
    Choice choice = choose(List.of(folds(train))).get(0);
    return outcome(choice, test, () -> training.fit(train, choice.l2()));
  }

  /** Chooses the regularisation, and when to stop, on development rows. */
  Outcome split(Rows train, Rows dev, Rows test) {
    Choice choice = choose(List.of(List.of(new Fold(train, dev)))).get(0);
    return outcome(choice, test, () -> training.fit(train, dev, choice.l2()));
  }

  private List<Fold> folds(Rows rows) {
    return StratifiedFolds.of(rows, settings.folds(), settings.seed());
  }

  private Outcome outcome(Choice choice, Rows test, Callable<SoftmaxRegression> fit) {
    SoftmaxRegression classifier = fits.all(List.of(fit)).get(0);
    return new Outcome(
        choice.accuracy(), classifier.accuracy(test), classifier.predict(test.features()));
  }

  /** Returns for each group of folds the regularisation with the best mean accuracy. */
  private List<Choice> choose(List<List<Fold>> groups) {
    List<Callable<Double>> scores = new ArrayList<>();
    for (List<Fold> folds : groups) {
      for (double l2 : L2) {
        folds.forEach(
            fold ->
                scores.add(
                    () -> training.fit(fold.train(), fold.test(), l2).accuracy(fold.test())));
      }
    }
    double[] accuracies = fits.all(scores).stream().mapToDouble(Double::doubleValue).toArray();
    int folds = groups.get(0).size();
    return IntStream.range(0, groups.size())
        .mapToObj(group -> best(accuracies, group * folds * L2.length, folds))
        .toList();
  }

  private static Choice best(double[] accuracies, int from, int folds) {
    Choice best = new Choice(0, -1);
    for (int i = 0; i < L2.length; i++) {
      int at = from + i * folds;
      double mean = rounded(Arrays.stream(accuracies, at, at + folds).average().orElseThrow());
      if (mean > best.accuracy()) { // of equal ones the least regularisation
        best = new Choice(L2[i], mean);
      }
    }
    return best;
  }

  /**
   * Rounds to 0.01 % as SentEval does: the figures that it compares, and those of the folds before
   * it takes their mean, so that ours are printed with the same digits.
   */
  private static double rounded(double accuracy) {
    return Math.rint(accuracy * 10_000) / 10_000;
  }
}
