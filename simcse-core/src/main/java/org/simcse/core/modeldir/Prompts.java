package org.simcse.core.modeldir;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The prompts that a model was trained with: what stands before a text.
 *
 * @param byName prompts by name, such as {@code query: } by {@code query}
 * @param defaultName the name of the one that is used where none is chosen
 * @param pooled whether the tokens of a prompt are pooled with the text's
 */
public record Prompts(Map<String, String> byName, Optional<String> defaultName, boolean pooled) {
  /** Copies the map. */
  public Prompts {
    byName = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(byName));
  }

  /** No prompts at all. */
  public static Prompts none() {
    return new Prompts(Map.of(), Optional.empty(), true);
  }

  /** The default prompt; empty where there is none. */
  public String defaultPrompt() {
    return defaultName.map(name -> byName.getOrDefault(name, "")).orElse("");
  }

  Prompts withPooled(boolean whether) {
    return new Prompts(byName, defaultName, whether);
  }
}
