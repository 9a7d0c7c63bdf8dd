package org.simcse.core.export;

import java.util.Optional;
import org.simcse.core.io.Json;
import org.simcse.core.modeldir.HeadMode;
import org.simcse.core.modeldir.ModelMetadata;
import org.simcse.core.modeldir.ModelWriter;
import org.simcse.core.modeldir.ModuleFormat;

/**
 * The part of a model's card on how to open it, in Java, on the command line and in Python.
 *
 * @param model what is written
 */
record CardUsage(ModelWriter model) {
  /** How the part begins. */
  static final String HEADING = "\n## Use\n";

  private static final String COMMON =
      HEADING
          + """

      With SimCSE for the JVM, in Java and on the command line:

      ```java
      try (SimCse simcse = SimCse.builder().model(Path.of("path/to/this/directory")).open()) {
        List<float[]> vectors = simcse.embed(List.of("A man is playing a guitar."));
      }
      ```

      ```
      simcse embed --model path/to/this/directory "A man is playing a guitar."
      ```
      """;

  private static final String SENTENCE_TRANSFORMERS =
      """

      With sentence-transformers in Python:

      ```python
      from sentence_transformers import SentenceTransformer

      texts = ["A man is playing a guitar."]
      model = SentenceTransformer("path/to/this/directory")
      vectors = model.encode(texts)
      ```
      """;

  private static final String TRANSFORMERS =
      """

      With transformers in Python:

      ```python
      import torch
      from transformers import AutoModel, AutoTokenizer

      texts = ["A man is playing a guitar."]
      tokenizer = AutoTokenizer.from_pretrained("path/to/this/directory")
      model = AutoModel.from_pretrained("path/to/this/directory").eval()
      inputs = tokenizer(%s, padding=True, truncation=True, return_tensors="pt")
      with torch.no_grad():
          output = model(**inputs)
      %s
      ```
      """;

  private static final String MEAN =
      """
      mask = inputs["attention_mask"].unsqueeze(-1)
      vectors = (output.last_hidden_state * mask).sum(1) / mask.sum(1)""";

  private ModelMetadata metadata() {
    return model.metadata();
  }

  String text() {
    return COMMON + python();
  }

  private String python() {
    if (model.listsModules()) {
      return SENTENCE_TRANSFORMERS;
    }
    String pooler = metadata().pooler().orElseThrow();
    if (model.modules() != ModuleFormat.NONE) {
      return "\nsentence-transformers and transformers lack the pooler `%s`; they open the encoder alone.\n"
          .formatted(pooler);
    }
    String prompt = metadata().prompts().defaultPrompt();
    Optional<String> vectors = metadata().prompts().pooled() ? vectors(pooler) : Optional.empty();
    return vectors
        .map(
            code ->
                TRANSFORMERS.formatted(
                    prompt.isEmpty()
                        ? "texts"
                        : "[%s + text for text in texts]".formatted(quoted(prompt)),
                    metadata().normalize().orElse(false)
                        ? code + "\nvectors = torch.nn.functional.normalize(vectors, dim=-1)"
                        : code))
        .orElse(
            "\ntransformers in Python opens the encoder; the pooler `%s` is left to its user there.\n"
                .formatted(pooler));
  }

  /** Returns Python code that makes vectors of transformers' output. */
  private Optional<String> vectors(String pooler) {
    boolean mlp = metadata().head().equals(Optional.of(HeadMode.TRAIN_AND_TEST));
    return switch (pooler) {
      case "cls", "cls_before_pooler" ->
          Optional.of(
              mlp ? "vectors = output.pooler_output" : "vectors = output.last_hidden_state[:, 0]");
      case "avg" -> Optional.of(MEAN);
      default -> Optional.empty();
    };
  }

  private static String quoted(String text) {
    return new String(Json.bytes(text), java.nio.charset.StandardCharsets.UTF_8);
  }
}
