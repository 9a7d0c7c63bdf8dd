package org.simcse.core.embed;

import java.util.Optional;
import org.simcse.api.error.InvalidInputException;
import org.simcse.core.modeldir.Prompts;

/**
 * What stands before every text of a call, as sentence-transformers has it. Immutable.
 *
 * <p>Models for retrieval are often trained with one prompt for queries and another for documents.
 *
 * @since 0.1
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

  /** The prompt that the model names as its default; nothing where it names none. */
  public static Prompt ofModel() {
    return DEFAULT;
  }

  /** The model's prompt of that name, such as {@code query}. */
  public static Prompt named(String name) {
    return new Prompt(Optional.of(name), Optional.empty());
  }

  /** This very text. */
  public static Prompt text(String text) {
    return new Prompt(Optional.empty(), Optional.of(text));
  }

  /** Nothing, whatever the model's default is. */
  public static Prompt none() {
    return NONE;
  }

  /**
   * The text.
   *
   * @throws InvalidInputException if the model has no prompt of the name
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
