package org.simcse.core.modeldir;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.simcse.api.error.CheckpointException;
import org.simcse.core.io.Json;

/**
 * A pooling configuration of sentence-transformers, from {@code 1_Pooling/config.json}.
 *
 * @param modes the modes; the vectors of several are concatenated in this order
 * @param includePrompt whether the tokens of a prompt are pooled
 */
record Pooling(List<Mode> modes, boolean includePrompt) {
  /**
   * The modes, in the order in which releases before 5.4, which represent them as boolean flags,
   * concatenate them.
   */
  enum Mode {
    CLS("cls", "pooling_mode_cls_token", "cls_before_pooler"),
    MAX("max", "pooling_mode_max_tokens", "max"),
    MEAN("mean", "pooling_mode_mean_tokens", "avg"),
    MEAN_SQRT_LEN_TOKENS(
        "mean_sqrt_len_tokens", "pooling_mode_mean_sqrt_len_tokens", "mean_sqrt_len_tokens"),
    WEIGHTEDMEAN("weightedmean", "pooling_mode_weightedmean_tokens", "weightedmean"),
    LASTTOKEN("lasttoken", "pooling_mode_lasttoken", "lasttoken");

    private final String id;
    private final String key;
    private final String pooler;

    Mode(String id, String key, String pooler) {
      this.id = id;
      this.key = key;
      this.pooler = pooler;
    }
  }

  /** The separator of concatenated poolers. */
  private static final String AND = "+";

  private static final String MODE = "pooling_mode";
  private static final String WIDTH = "embedding_dimension";
  private static final String OLD_WIDTH = "word_embedding_dimension";
  private static final String INCLUDE_PROMPT = "include_prompt";

  /**
   * Reads either format.
   *
   * @throws CheckpointException if it requires anything unsupported, by name
   */
  static Pooling read(Json config) {
    Set<String> known = new TreeSet<>(Set.of(MODE, WIDTH, OLD_WIDTH, INCLUDE_PROMPT));
    Arrays.stream(Mode.values()).forEach(mode -> known.add(mode.key));
    config.refuseUnknown(known);
    return new Pooling(
        config.fields().containsKey(MODE) ? named(config) : switchedOn(config),
        config.find(INCLUDE_PROMPT, Boolean.class).orElse(true));
  }

  private static List<Mode> named(Json config) {
    Object value = config.fields().get(MODE);
    List<?> ids = value instanceof List<?> list ? list : List.of(value);
    if (ids.isEmpty()) {
      throw new CheckpointException(
          "%s: the field %s is empty; it names at least one pooling."
              .formatted(config.source(), MODE));
    }
    List<Mode> modes = new ArrayList<>();
    for (Object id : ids) {
      modes.add(
          Arrays.stream(Mode.values())
              .filter(mode -> mode.id.equals(id))
              .findFirst()
              .orElseThrow(
                  () ->
                      new CheckpointException(
                          "%s asks for the pooling %s, which is not supported; supported are %s."
                              .formatted(
                                  config.source(),
                                  id,
                                  Arrays.stream(Mode.values())
                                      .map(mode -> mode.id)
                                      .collect(Collectors.joining(", "))))));
    }
    return modes;
  }

  /** Returns the modes whose flag is set; without any flag, sentence-transformers uses the mean. */
  private static List<Mode> switchedOn(Json config) {
    List<Mode> modes =
        Arrays.stream(Mode.values())
            .filter(mode -> config.find(mode.key, Boolean.class).orElse(false))
            .toList();
    return modes.isEmpty() ? List.of(Mode.MEAN) : modes;
  }

  /** Returns the equivalent pooler, such as {@code avg} or {@code max+avg}. */
  String pooler() {
    return modes.stream().map(mode -> mode.pooler).collect(Collectors.joining(AND));
  }

  /** Returns the pooling equivalent to a pooler, if sentence-transformers has one. */
  static Optional<Pooling> of(String pooler, boolean includePrompt) {
    List<Mode> modes = new ArrayList<>();
    for (String name : pooler.split("\\+", -1)) {
      // The MLP that follows the pooling of `cls` is a separate module there.
      String equal = name.equals("cls") ? Mode.CLS.pooler : name;
      Optional<Mode> mode =
          Arrays.stream(Mode.values()).filter(m -> m.pooler.equals(equal)).findFirst();
      if (mode.isEmpty()) {
        return Optional.empty();
      }
      modes.add(mode.get());
    }
    return Optional.of(new Pooling(modes, includePrompt));
  }

  /** Returns the poolers that have an equivalent pooling. */
  static List<String> poolers() {
    return Arrays.stream(Mode.values()).map(mode -> mode.pooler).toList();
  }

  /** Returns whether releases before 5.4, which have a flag per mode, concatenate as this does. */
  boolean legacy() {
    return modes.equals(modes.stream().sorted().distinct().toList());
  }

  /**
   * Returns the contents of {@code config.json}.
   *
   * @param width H, the size of a token's hidden state
   * @param current whether in the format of release 6; else in the one that all releases read, if
   *     it can express the modes
   */
  Map<String, Object> config(int width, boolean current) {
    Map<String, Object> fields = new LinkedHashMap<>();
    if (current || !legacy()) {
      List<String> ids = modes.stream().map(mode -> mode.id).toList();
      fields.put(WIDTH, width);
      fields.put(MODE, ids.size() == 1 ? ids.get(0) : ids);
    } else {
      fields.put(OLD_WIDTH, width);
      for (Mode mode : Mode.values()) {
        fields.put(mode.key, modes.contains(mode));
      }
    }
    if (current || !includePrompt) {
      fields.put(INCLUDE_PROMPT, includePrompt);
    }
    return fields;
  }
}
