package org.simcse.core.modeldir;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The prompts that a model was trained with, each of which precedes a text.
 *
 * @param byName prompts by name, such as {@code query: } under {@code query}
 * @param defaultName the name of the default prompt
 * @param pooled whether the tokens of a prompt are pooled along with those of the text
 * @since 0.1.0
 */
public record Prompts(Map<String, String> byName, Optional<String> defaultName, boolean pooled) {
  /** Copies the map. */
  public Prompts {
    byName = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(byName));
  }

  /** Returns an empty set of prompts. */
  public static Prompts none() {
    return new Prompts(Map.of(), Optional.empty(), true);
  }

  /** Returns the default prompt; empty if there is none. */
  public String defaultPrompt() {
    return defaultName.map(name -> byName.getOrDefault(name, "")).orElse("");
  }

  Prompts withPooled(boolean whether) {
    return new Prompts(byName, defaultName, whether);
  }
}
