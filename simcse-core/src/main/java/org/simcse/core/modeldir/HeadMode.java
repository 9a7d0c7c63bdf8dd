package org.simcse.core.modeldir;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Specifies when the head's MLP is applied to pooled vectors.
 *
 * @since 0.1.0
 */
public enum HeadMode {
  /** In training and at inference, as in the paper's supervised models. */
  TRAIN_AND_TEST("train-and-test"),
  /** In training only, as in the paper's unsupervised models. */
  TRAIN_ONLY("train-only"),
  /** Never. */
  NONE("none");

  private final String id;

  HeadMode(String id) {
    this.id = id;
  }

  /** Returns the id in files and options, such as {@code train-only}. */
  public String id() {
    return id;
  }

  /** Returns the ids of all modes. */
  public static List<String> ids() {
    return Arrays.stream(values()).map(HeadMode::id).toList();
  }

  /** Returns the mode with an id. */
  public static Optional<HeadMode> of(String id) {
    return Arrays.stream(values()).filter(mode -> mode.id.equals(id)).findFirst();
  }
}
