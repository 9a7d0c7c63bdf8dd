package org.simcse.core.train;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.simcse.api.error.InvalidInputException;

/** The configuration of a BERT encoder without weights, given as {@code LAYERSxHIDDEN}. */
final class FreshEncoder {
  private static final int HEAD_SIZE = 32;

  private FreshEncoder() {}

  /**
   * Returns the fields of {@code config.json} that the size determines: attention heads have size
   * {@value #HEAD_SIZE}, and the intermediate size is 4 times the hidden size, as in BERT.
   *
   * @param size such as {@code 2x128}
   * @throws InvalidInputException if it is not of that form
   */
  static Map<String, Object> config(String size) {
    String[] parts = size.split("x", -1);
    try {
      int layers = Integer.parseInt(parts[0]);
      int hidden = Integer.parseInt(parts.length == 2 ? parts[1] : "");
      if (layers > 0 && hidden > 0 && hidden % HEAD_SIZE == 0) {
        return Map.of(
            "model_type",
            "bert",
            "num_hidden_layers",
            layers,
            "hidden_size",
            hidden,
            "num_attention_heads",
            hidden / HEAD_SIZE,
            "intermediate_size",
            4 * hidden);
      }
    } catch (NumberFormatException e) {
      throw refused(size, e);
    }
    throw refused(size, null);
  }

  private static InvalidInputException refused(String size, @Nullable Throwable cause) {
    return new InvalidInputException(
        "The setting fresh-encoder is '%s', but it must be LAYERSxHIDDEN with a multiple of %d, such as 2x128."
            .formatted(size, HEAD_SIZE),
        cause);
  }
}
