package org.simcse.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

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

  /** Two queries whose texts are documents, one of them relevant, and one without judgements. */
  private String[] retrieval() throws IOException {
    Path corpus =
        file(
            "corpus.jsonl",
            """
            {"_id": "1", "title": "", "text": "a dog"}
            {"_id": "2", "title": "the", "text": "news of today"}
            {"_id": "3", "title": "", "text": "two men"}
            """);
    Path queries =
        file(
            "queries.jsonl",
            """
            {"_id": "a", "text": "the news of today"}
            {"_id": "b", "text": "two men"}
            {"_id": "c", "text": "rain"}
            """);
    Path qrels = file("qrels.tsv", "query-id\tcorpus-id\tscore\na\t2\t1\nb\t1\t1\nb\t2\t1\n");
    return new String[] {
      "--corpus",
      corpus.toString(),
      "--queries",
      queries.toString(),
      "--qrels",
      qrels.toString(),
      "--recall-at",
      "1,3"
    };
  }

  /** Query b finds its own text before both relevant documents, in whichever order they come. */
  @Test
  void retrievalIsATableOrJsonOrCsv() throws IOException {
    Path model = Models.tinyBert(directory);
    double ndcg = (1 + (1 / 1.5849625 + 0.5) / (1 + 1 / 1.5849625)) / 2;
    assertThat(evaluate(model, retrieval())).isZero();
    assertThat(written())
        .startsWith(
            "%s, %s: measures x 100\nmodel"
                .formatted(directory.resolve("corpus.jsonl"), directory.resolve("qrels.tsv")))
        .contains("  queries  documents  nDCG@10  MRR@10  MAP@100  recall@1  recall@3\n")
        .endsWith(
            "        2          3    84.67   75.00    79.17     50.00    100.00\n\n1 of 3 queries have no relevant document and do not count.\n");

    String[] compared = with(retrieval(), "--compare", model.toString());
    assertThat(evaluate(model, with(compared, "--format", "json"))).isZero();
    JsonNode json = json();
    assertThat(json.get("queries").asText()).endsWith("queries.jsonl");
    assertThat(json.get("queries_left_out").asInt()).isEqualTo(1);
    JsonNode first = json.get("models").get(0);
    assertThat(first.get("queries").asInt()).isEqualTo(2);
    assertThat(first.get("ndcg_at_10").asDouble()).isEqualTo(ndcg, within(1e-7));
    assertThat(json.get("comparison")).hasSize(5);
    assertThat(json.get("comparison").get(0).get("measure").asText()).isEqualTo("nDCG@10");

    assertThat(evaluate(model, with(retrieval(), "--format", "csv"))).isZero();
    assertThat(written())
        .startsWith(
            "model,queries,documents,ndcg_at_10,mrr_at_10,map_at_100,recall_at_1,recall_at_3\n")
        .endsWith(",0.5,1.0\n");
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
    assertThat(evaluate(Models.collapsed(directory), "--pairs", pairs.toString())).isZero();
    assertThat(written())
        .contains(
            "\nCollapse (rule uniformity): eval_uniformity is -0.000, above -0.1, so the vectors of all sentences nearly coincide.\n");
  }

  @Test
  void blankDocumentsAreCounted() throws IOException {
    String[] flags = retrieval();
    file(
        "corpus.jsonl", "{'_id': '1', 'text': 'a'}\n{'_id': '2', 'text': ''}\n".replace('\'', '"'));
    assertThat(evaluate(Models.tinyBert(directory), flags)).isZero();
    assertThat(written()).endsWith("\n1 of 2 documents are blank.\n");
  }

  @Test
  void oneTextHasNoSpread() throws IOException {
    Path model = Models.tinyBert(directory);
    String[] flags = {"--pairs", file("p.tsv", "same\tsame\t5\nsame\tsame\t1\n").toString()};
    assertThat(evaluate(model, flags)).isZero();
    assertThat(written())
        .containsPattern("undefined +undefined +-?0[.]00 +undefined +undefined\n")
        .endsWith(
            "\nundefined: all texts are the same, and one text has no uniformity and no gap.\n");
    assertThat(evaluate(model, with(flags, "--format", "json"))).isZero();
    assertThat(json().get("models").get(0).get("cosine_gap").isNull()).isTrue();
    assertThat(evaluate(model, with(flags, "--format", "csv"))).isZero();
    assertThat(written()).endsWith(",nan,nan,none\n");
  }

  @Test
  void anUndefinedMeanIsNoExactFigure() throws IOException {
    Files.createDirectories(directory.resolve("STS/STSBenchmark"));
    String rows = "g\tf\ty\t1\t5\ta dog\ta man\ng\tf\ty\t2\t1\ttwo men\tthe news\n";
    file("STS/STSBenchmark/sts-test.csv", rows);
    String[] flags = {"--data", directory.toString(), "--tasks", "STS-B"};
    assertThat(evaluate(Models.tinyBert(directory), flags)).isZero();
    assertThat(written()).contains("; the exact mean is ");
    file("STS/STSBenchmark/sts-test.csv", rows.replaceAll("a man|two men|the news", "a dog"));
    assertThat(evaluate(Models.tinyBert(directory), flags)).isZero();
    assertThat(written()).contains("undefined").doesNotContain("exact mean", "NaN");
  }

  @Test
  void aPlotThatCannotBeWrittenIsRefusedBeforeAnythingIsEvaluated() throws IOException {
    Path model = Models.tinyBert(directory);
    Path pairs = file("p.tsv", "a dog\ta hound\t5\na dog\tthe news\t1\nrain\tsnow\t3\n");
    String[] flags = {"--pairs", pairs.toString(), "--plot"};
    assertThat(evaluate(model, with(flags, "a.jpg"))).isEqualTo(2);
    Path plot = directory.resolve("none/a.png");
    assertThat(evaluate(model, with(flags, plot.toString()))).isEqualTo(1);
    assertThat(output()).doesNotExist();
    assertThat(errors.toString(StandardCharsets.UTF_8))
        .contains(
            "a.jpg cannot be written: plots are PNG files; give --plot a name that ends in .png.")
        .contains(
            "%s cannot be written: the directory %s does not".formatted(plot, plot.getParent()));
    Path fine = directory.resolve("a.PNG");
    assertThat(evaluate(model, with(flags, fine.toString(), "--compare", model.toString())))
        .as("a model beside itself: %s", errors)
        .isZero();
    assertThat(fine).isNotEmptyFile();
  }

  @Test
  void whatFitsOtherEvaluationsIsRefused() throws IOException {
    Path model = Models.tinyBert(directory);
    String[] flags = {"--triplets", triplets().toString()};
    assertThat(evaluate(model, with(flags, "--pooler", "all"))).isEqualTo(2);
    assertThat(errors.toString(StandardCharsets.UTF_8))
        .contains("--pooler all compares poolers on STS tasks alone; choose one for triplets");
  }
}
