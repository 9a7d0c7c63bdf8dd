package org.simcse.core.embed;

import java.util.Optional;
import org.simcse.api.error.InvalidInputException;
import org.simcse.core.modeldir.Prompts;

/**
 * The prompt prepended to every text of a call, as in sentence-transformers. Immutable.
 *
 * <p>Models for retrieval are often trained with one prompt for queries and another for documents.
 *
 * @since 0.1.0
 */
public final class Prompt {
  private static final Prompt DEFAULT = new Prompt(Optional.empty(), Optional.empty());
  private static final Prompt NONE = text("");

  private final Optional<String> name;
  private final Optional<String> text;

  private Prompt(Optional<String> name, Optional<String> text) {
    this.name = name;
    this.text = text;
  }

  /** Returns the model's default prompt; nothing is prepended if it has none. */
  public static Prompt ofModel() {
    return DEFAULT;
  }

  /** Returns the model's prompt of a name, such as {@code query}. */
  public static Prompt named(String name) {
    return new Prompt(Optional.of(name), Optional.empty());
  }

  /** Returns a prompt with a literal text. */
  public static Prompt text(String text) {
    return new Prompt(Optional.empty(), Optional.of(text));
  }

  /** Returns a prompt that prepends nothing, whatever the model's default is. */
  public static Prompt none() {
    return NONE;
  }

  /**
   * Returns the text.
   *
   * @throws InvalidInputException if the model has no prompt of this name
   */
  String resolve(Prompts prompts) {
    if (name.isPresent() && !prompts.byName().containsKey(name.get())) {
      throw new InvalidInputException(
          "The model has no prompt '%s'; it has %s."
              .formatted(
                  name.get(),
                  prompts.byName().isEmpty()
                      ? "none"
                      : String.join(", ", prompts.byName().keySet())));
    }
    return name.map(prompts.byName()::get).or(() -> text).orElseGet(prompts::defaultPrompt);
  }
}
