package org.simcse.core.embed;

import java.util.List;
import java.util.function.Function;
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
  private static final String QUERY = "query";
  private static final List<String> DOCUMENT = List.of("document", "passage", "corpus");

  private static final Prompt DEFAULT = new Prompt(Prompts::defaultPrompt);
  private static final Prompt NONE = text("");

  private final Function<Prompts, String> choice;

  private Prompt(Function<Prompts, String> choice) {
    this.choice = choice;
  }

  /** Returns the model's default prompt; nothing is prepended if it has none. */
  public static Prompt ofModel() {
    return DEFAULT;
  }

  /**
   * Returns the model's prompt for queries, that of the name {@code query}. Nothing is prepended if
   * it has none, whatever its default prompt is.
   */
  public static Prompt ofQueries() {
    return first(List.of(QUERY));
  }

  /**
   * Returns the model's prompt for documents: the first of the names {@code document}, {@code
   * passage} and {@code corpus} that it has. Nothing is prepended if it has none, whatever its
   * default prompt is.
   */
  public static Prompt ofDocuments() {
    return first(DOCUMENT);
  }

  private static Prompt first(List<String> names) {
    return new Prompt(
        prompts ->
            names.stream()
                .filter(prompts.byName()::containsKey)
                .findFirst()
                .map(prompts.byName()::get)
                .orElse(""));
  }

  /** Returns the model's prompt of a name, such as {@code query}. */
  public static Prompt named(String name) {
    return new Prompt(prompts -> named(name, prompts));
  }

  private static String named(String name, Prompts prompts) {
    String text = prompts.byName().get(name);
    if (text == null) {
      throw new InvalidInputException(
          "The model has no prompt '%s'; it has %s."
              .formatted(
                  name,
                  prompts.byName().isEmpty()
                      ? "none"
                      : String.join(", ", prompts.byName().keySet())));
    }
    return text;
  }

  /** Returns a prompt with a literal text. */
  public static Prompt text(String text) {
    return new Prompt(prompts -> text);
  }

  /** Returns a prompt that prepends nothing, whatever the model's default is. */
  public static Prompt none() {
    return NONE;
  }

  /**
   * Returns the text that is prepended for a model with these prompts.
   *
   * @throws InvalidInputException if the model has no prompt of this name
   */
  public String resolve(Prompts prompts) {
    return choice.apply(prompts);
  }
}
