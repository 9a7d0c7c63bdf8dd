package org.simcse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.simcse.api.tensor.HostTensor;

/** {@code simcse evaluate} on a user's own files, with a tiny model. */
class MeasuresTest {
  @TempDir private Path directory;

  private final ByteArrayOutputStream errors = new ByteArrayOutputStream();

  private Path file(String name, String content) throws IOException {
    return Files.writeString(directory.resolve(name), content);
  }

  private Path output() {
    return directory.resolve("results");
  }

  private int evaluate(Path model, String... flags) {
    List<String> words = new ArrayList<>(List.of("evaluate", "-o", output().toString()));
    words.addAll(List.of("--model", model.toString()));
    words.addAll(List.of(flags));
    if (!words.contains("--pooler")) {
      words.addAll(List.of("--pooler", "avg")); // which that directory does not say
    }
    return Main.run(
        new ByteArrayOutputStream(),
        new PrintWriter(errors, true, StandardCharsets.UTF_8),
        words.toArray(String[]::new));
  }

  private String written() throws IOException {
    return Files.readString(output());
  }

  private JsonNode json() throws IOException {
    return new ObjectMapper().readTree(written());
  }

  /** The first and the third triplet are right, whatever the model is, and the others are not. */
  private Path triplets() throws IOException {
    return file(
        "triplets.csv",
        """
        anchor,positive,negative_1,negative_2
        a dog,a dog,the news of today,a dog
        two men,two men,it is raining,the news
        it rains,a man,it rains,it rains
        """);
  }

  @Test
  void tripletsAreATableOrJsonOrCsv() throws IOException {
    Path model = Models.tinyBert(directory);
    assertThat(evaluate(model, "--triplets", triplets().toString())).isZero();
    assertThat(written())
        .isEqualTo(
            """
            FILE [anchor, positive, negative_1, negative_2]: measures x 100
            model  triplets  accuracy
            MODEL         6     50.00
            """
                .replace("FILE", triplets().toString())
                .replace("MODEL", model.toString())
                .replaceFirst("model ", "model " + " ".repeat(model.toString().length() - 5)));

    String[] compared = {"--triplets", triplets().toString(), "--compare", model.toString()};
    assertThat(evaluate(model, with(compared, "--format", "json"))).isZero();
    JsonNode json = json();
    assertThat(json.get("triplets").asText()).startsWith(triplets().toString());
    assertThat(json.get("models")).hasSize(2);
    assertThat(json.get("models").get(1).get("accuracy").asDouble()).isEqualTo(0.5);
    assertThat(json.get("models").get(1).get("triplets").asInt()).isEqualTo(6);
    assertThat(json.get("comparison")).hasSize(1);
    assertThat(json.get("comparison").get(0).get("measure").asText()).isEqualTo("accuracy");
    assertThat(json.get("comparison").get(0).get("shown").asText())
        .isEqualTo("no difference shown at 95 %");

    assertThat(evaluate(model, with(compared, "--format", "csv"))).isZero();
    assertThat(written())
        .isEqualTo("model,triplets,accuracy\nM,6,0.5\nM,6,0.5\n".replace("M", model.toString()));
  }

  private static String[] with(String[] flags, String... more) {
    return Stream.of(flags, more).flatMap(Stream::of).toArray(String[]::new);
  }

  @Test
  void promptsPrecedeAnchorsAndTheOthers() throws IOException {
    Path model = Models.tinyBert(directory);
    Path rows = file("t.csv", "anchor,positive,negative\ndog,a dog,dog\n");
    assertThat(evaluate(model, "--triplets", rows.toString(), "--format", "csv")).isZero();
    assertThat(written()).endsWith(",1,0.0\n"); // the negative is the anchor
    String[] prompt = {"--triplets", rows.toString(), "--format", "csv", "--query-prompt", "a "};
    assertThat(evaluate(model, prompt)).isZero();
    assertThat(written()).endsWith(",1,1.0\n"); // the anchor is now the positive
    assertThat(evaluate(model, with(prompt, "--document-prompt", "a "))).isZero();
    assertThat(written()).endsWith(",1,0.0\n");
  }

  @Test
  void aCollapsedModelIsNamedBelowTheTable() throws IOException {
    Path pairs = file("p.tsv", "a dog\ta hound\t5\na dog\tthe news\t1\nrain\tsnow\t3\n");
    assertThat(evaluate(collapsed(), "--pairs", pairs.toString())).isZero();
    assertThat(written())
        .contains(
            "\nCollapse (rule uniformity): eval_uniformity is -0.000, above -0.1, so the vectors of all sentences nearly coincide.\n");
  }

  /** Returns a model whose last layer gives every token the same state. */
  private Path collapsed() throws IOException {
    return Models.tinyBert(
        directory,
        tensors -> {
          tensors.replaceAll(
              (name, tensor) ->
                  name.endsWith("output.LayerNorm.weight")
                      ? HostTensor.of(new float[tensor.size()], tensor.shape())
                      : tensor);
          return tensors;
        });
  }

  @Test
  void whatFitsOtherEvaluationsIsRefused() throws IOException {
    Path model = Models.tinyBert(directory);
    String[] flags = {"--triplets", triplets().toString()};
    assertThat(evaluate(model, with(flags, "--pooler", "all"))).isEqualTo(2);
    assertThat(evaluate(model, with(flags, "--plot", "a.png"))).isEqualTo(2);
    assertThat(evaluate(model, "--pairs", "p.tsv", "--query-prompt", "a")).isEqualTo(2);
    assertThat(errors.toString(StandardCharsets.UTF_8))
        .contains("--pooler all compares poolers on STS tasks alone; choose one for triplets")
        .contains("--plot draws pairs with scores, which are not here.")
        .contains("--query-prompt and --document-prompt are for --triplets.");
  }
}
