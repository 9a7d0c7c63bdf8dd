package org.simcse.plugins.prompt;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.simcse.api.Pooler;
import org.simcse.api.error.InvalidInputException;
import org.simcse.api.spi.ModelContext;
import org.simcse.api.spi.Options;
import org.simcse.api.spi.PoolerProvider;
import org.simcse.plugins.prompt.PromptPooler.Denoise;

/** PromptBERT's pooler, by default with the template of the original's BERT models. */
public final class PromptPoolerProvider implements PoolerProvider {
  private static final String TEXT = "[X]";
  private static final String MASK = "[MASK]";
  private static final String TEMPLATE = "This sentence of \"[X]\" means [MASK].";

  @Override
  public String name() {
    return "prompt";
  }

  @Override
  public String description() {
    return "PromptBERT: the last hidden state at the mask of template=%s (without a comma), less that of the template alone if denoise=true (or training or false)"
        .formatted(TEMPLATE);
  }

  @Override
  public Pooler create(ModelContext model, Options options) {
    String template = options.text("template", TEMPLATE);
    String denoise = options.choice("denoise", "true", List.of("true", "training", "false"));
    int text = template.indexOf(TEXT);
    int mask = template.indexOf(MASK);
    if (text < 0
        || mask < text
        || text != template.lastIndexOf(TEXT)
        || mask != template.lastIndexOf(MASK)) {
      throw new InvalidInputException(
          "The option template=%s of 'prompt' must have [X] once, for the text, and behind it [MASK] once, for the mask token whatever the model calls it."
              .formatted(template));
    }
    // Each part by itself, as the original does: the text's tokens do not depend on the template.
    // Without the spaces that a byte-level tokenizer would keep as tokens of their own.
    List<int[]> tokens =
        model.tokens(
            template.substring(0, text).strip(),
            template.substring(text + TEXT.length(), mask).stripTrailing()
                + template.substring(mask),
            MASK);
    List<Integer> before = list(tokens.get(0));
    List<Integer> after = list(tokens.get(1));
    List<Integer> masks = list(tokens.get(2));
    if (masks.size() != 1 || !after.containsAll(masks)) {
      throw new InvalidInputException(
          "The model's tokenizer does not keep its mask token in one piece in the template %s; the pooler 'prompt' needs a model that was pre-trained with a mask."
              .formatted(template));
    }
    return new PromptPooler(
        before,
        after,
        after.indexOf(masks.get(0)),
        Denoise.valueOf(denoise.toUpperCase(Locale.ROOT)));
  }

  private static List<Integer> list(int[] ids) {
    return Arrays.stream(ids).boxed().toList();
  }
}
