package org.simcse.core.modeldir;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** When the head's MLP is applied to pooled vectors. */
public enum HeadMode {
  /** In training and at inference: the supervised models of the paper. */
  TRAIN_AND_TEST("train-and-test"),
  /** In training only: the unsupervised models of the paper. */
  TRAIN_ONLY("train-only"),
  /** Never. */
  NONE("none");

  private final String id;

  HeadMode(String id) {
    this.id = id;
  }

  /** How it is written in files and options, such as {@code train-only}. */
  public String id() {
    return id;
  }

  /** How the modes are written, all of them. */
  public static List<String> ids() {
    return Arrays.stream(values()).map(HeadMode::id).toList();
  }

  /** The mode that is written so. */
  public static Optional<HeadMode> of(String id) {
    return Arrays.stream(values()).filter(mode -> mode.id.equals(id)).findFirst();
  }
}
