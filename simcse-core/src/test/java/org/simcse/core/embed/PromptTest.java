package org.simcse.core.embed;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.simcse.core.modeldir.Prompts;

class PromptTest {
  private static final Map<String, String> ALL =
      Map.of("all", "all: ", "query", "q: ", "corpus", "c: ", "passage", "p: ");

  @Test
  void queriesAndDocumentsHavePromptsOfTheirOwn() {
    Prompts prompts = new Prompts(ALL, Optional.of("all"), true);
    assertThat(Prompt.ofModel().resolve(prompts)).isEqualTo("all: ");
    assertThat(Prompt.ofQueries().resolve(prompts)).isEqualTo("q: ");
    assertThat(Prompt.ofDocuments().resolve(prompts)).isEqualTo("p: ");
  }

  /** As in sentence-transformers, where a default prompt is for texts that are neither. */
  @Test
  void theDefaultPromptIsNotForThem() {
    Prompts prompts = new Prompts(Map.of("all", "all: "), Optional.of("all"), true);
    assertThat(Prompt.ofQueries().resolve(prompts)).isEmpty();
    assertThat(Prompt.ofDocuments().resolve(prompts)).isEmpty();
  }
}
