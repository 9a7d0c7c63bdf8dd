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
  MR(
      Validation.NESTED_FOLDS,
      Form.FILE_PER_CLASS,
      file(
          "MR/rt-polarity.neg",
          616_109,
          "c4ac36eaa8adc8ee31c31f69594bfbe68d83ef5b6db53f1f19b28c0be52f3999"),
      file(
          "MR/rt-polarity.pos",
          629_795,
          "34e5b0da2d491e46b700b00afe735aaae0962bcfe4f7f22b2d8077e714fa370f")),

  /** Positive and negative sentences of customers' reviews (Hu and Liu 2004). */
  CR(
      Validation.NESTED_FOLDS,
      Form.FILE_PER_CLASS,
      file(
          "CR/custrev.neg",
          142_650,
          "ec94532766f6f962094841ab3bee2ad6f232f996c3756825a91e78bcc294750f"),
      file(
          "CR/custrev.pos",
          228_014,
          "91a20a4ffeb5d38a39a4087bb247e16538aff21e7d621ae59738379f39f21732")),

  /** Subjective and objective sentences about films (Pang and Lee 2004). */
  SUBJ(
      Validation.NESTED_FOLDS,
      Form.FILE_PER_CLASS,
      file(
          "SUBJ/subj.subjective",
          634_654,
          "274c2ffe59c204dc4df779848561786f59a98cc20dda3cfdd7d9f76a4f730710"),
      file(
          "SUBJ/subj.objective",
          672_430,
          "d8ccd43f1674f1c17e4ab717564e3561cfb719b0db4cfb19e5677427c68ff8a1")),

  /** Phrases that express positive and negative opinions (Wiebe, Wilson and Cardie 2005). */
  MPQA(
      Validation.NESTED_FOLDS,
      Form.FILE_PER_CLASS,
      file(
          "MPQA/mpqa.neg",
          158_902,
          "8da6e035fa4cea02f0555091096b29a6b3995ff0adf41fad25008dcee066b79e"),
      file(
          "MPQA/mpqa.pos",
          60_581,
          "7487dbb74c77383e60b292845495163a9e21fb70a4fdacdda933413e43163f0d")),

  /** Positive and negative phrases and sentences of film reviews (Socher et al. 2013). */
  SST2(
      Validation.SPLIT,
      Form.TEXT_AND_CLASS,
      file(
          "SST/binary/sentiment-train",
          3_806_066,
          "10a92a297ec38e262386e5a2713b4bc70e5d18ced88b7f54bd171a26e5b34ab5"),
      file(
          "SST/binary/sentiment-dev",
          94_916,
          "9a6c7403b71a9b762158387afe4431253ae10cdfb2319b5275289f3766f48291"),
      file(
          "SST/binary/sentiment-test",
          194_788,
          "4fefd1cd67526cf87ebc7fafc3afc21cc7cfa6ae53b45e74f77f9456e3c62752")),

  /** Questions by the kind of their answer, in six classes (Li and Roth 2002). */
  TREC(
      Validation.FOLDS,
      Form.CLASS_AND_QUESTION,
      file(
          "TREC/train_5500.label",
          333_379,
          "8bd6e79493f43bbd22c364587366a1dced54e1e31259eaa92721a0f526031116"),
      file(
          "TREC/TREC_10.label",
          23_269,
          "86ad53c8fc9d397ab2f4be7c967d8efb470b260140557d3e57afad69d1b88b76")),

  /** Pairs of sentences that are paraphrases or not (Dolan, Quirk and Brockett 2004). */
  MRPC(
      Validation.FOLDS,
      Form.PAIRS,
      file(
          "MRPC/msr_paraphrase_train.txt",
          1_047_044,
          "60a9b09084528f0673eedee2b69cb941920f0b8cd0eeccefc464a98768457f89"),
      file(
          "MRPC/msr_paraphrase_test.txt",
          441_275,
          "a04e271090879aaba6423d65b94950c089298587d9c084bf9cd7439bd785f784"));

  private final Validation validation;
  private final Form form;

  @SuppressWarnings("ImmutableEnumChecker") // List.of
  private final List<TransferFile> files;

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

  TransferTask(Validation validation, Form form, TransferFile... files) {
    this.validation = validation;
    this.form = form;
    this.files = List.of(files);
  }

  private static TransferFile file(String path, long size, String sha256) {
    return new TransferFile(path, size, sha256);
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

  /** Returns the files: of each class, or of the training, development and test set. */
  List<TransferFile> files() {
    return files;
  }
}
