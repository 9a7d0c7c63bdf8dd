package org.simcse.core.evaluate.transfer;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A transfer task of SentEval (Conneau and Kiela 2018): texts, or pairs of them, with classes that
 * a linear classifier is to find in their vectors. The order is that of SimCSE's tables.
 *
 * @since 0.1.0
 */
public enum TransferTask {
  /** Positive and negative sentences of film reviews (Pang and Lee 2005). */
  MR(Validation.NESTED_FOLDS, Form.FILE_PER_CLASS, "MR/rt-polarity.neg", "MR/rt-polarity.pos"),

  /** Positive and negative sentences of customers' reviews (Hu and Liu 2004). */
  CR(Validation.NESTED_FOLDS, Form.FILE_PER_CLASS, "CR/custrev.neg", "CR/custrev.pos"),

  /** Subjective and objective sentences about films (Pang and Lee 2004). */
  SUBJ(Validation.NESTED_FOLDS, Form.FILE_PER_CLASS, "SUBJ/subj.subjective", "SUBJ/subj.objective"),

  /** Phrases that express positive and negative opinions (Wiebe, Wilson and Cardie 2005). */
  MPQA(Validation.NESTED_FOLDS, Form.FILE_PER_CLASS, "MPQA/mpqa.neg", "MPQA/mpqa.pos"),

  /** Positive and negative phrases and sentences of film reviews (Socher et al. 2013). */
  SST2(
      Validation.SPLIT,
      Form.TEXT_AND_CLASS,
      "SST/binary/sentiment-train",
      "SST/binary/sentiment-dev",
      "SST/binary/sentiment-test"),

  /** Questions by the kind of their answer, in six classes (Li and Roth 2002). */
  TREC(Validation.FOLDS, Form.CLASS_AND_QUESTION, "TREC/train_5500.label", "TREC/TREC_10.label"),

  /** Pairs of sentences that are paraphrases or not (Dolan, Quirk and Brockett 2004). */
  MRPC(
      Validation.FOLDS,
      Form.PAIRS,
      "MRPC/msr_paraphrase_train.txt",
      "MRPC/msr_paraphrase_test.txt");

  private final Validation validation;
  private final Form form;

  @SuppressWarnings("ImmutableEnumChecker") // List.of
  private final List<String> files;

  /** How the classifier is chosen and tested. */
  enum Validation {
    /** A cross-validation over all rows, and one within the training rows of each fold. */
    NESTED_FOLDS,
    /** A cross-validation over the training rows, and a test set. */
    FOLDS,
    /** A training, a development and a test set. */
    SPLIT
  }

  /** How texts and classes are stored. */
  enum Form {
    /** A text per line, in Latin-1; one file per class, from class 0. */
    FILE_PER_CLASS,
    /** A text, a tab and 0 or 1 per line. */
    TEXT_AND_CLASS,
    /** {@code CLASS:subclass question} per line, in Latin-1. */
    CLASS_AND_QUESTION,
    /** A header; then 0 or 1, two identifiers and two texts per line, separated by tabs. */
    PAIRS
  }

  TransferTask(Validation validation, Form form, String... files) {
    this.validation = validation;
    this.form = form;
    this.files = List.of(files);
  }

  /** Returns the task of a name, in any case. */
  public static Optional<TransferTask> find(String name) {
    return Arrays.stream(values())
        .filter(task -> task.name().equals(name.toUpperCase(Locale.ROOT)))
        .findFirst();
  }

  Validation validation() {
    return validation;
  }

  Form form() {
    return form;
  }

  /**
   * Returns the paths of the files: of each class, or of the training, development and test set.
   */
  List<String> files() {
    return files;
  }
}
