package org.simcse.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code simcse evaluate} as a user starts it, with the embedded model. */
class EvaluateIT {
  private static final List<String> TOPICS =
      List.of("cooking pasta", "repairing a bicycle", "the price of gold", "learning to swim");

  @TempDir private Path directory = Path.of("");

  private String file(String name, String content) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, content).toString();
  }

  private static String run(String... arguments) throws IOException, InterruptedException {
    Simcse.Result result = Simcse.run(arguments);
    assertThat(result.err()).isEmpty();
    assertThat(result.status()).isZero();
    return result.out();
  }

  @Test
  void theEmbeddedModelRetrievesWhatAModelWithRandomWeightsDoesNot() throws Exception {
    StringBuilder corpus = new StringBuilder();
    StringBuilder queries = new StringBuilder();
    StringBuilder qrels = new StringBuilder("query-id\tcorpus-id\tscore\n");
    for (String topic : TOPICS) {
      String id = topic.replace(' ', '-');
      corpus.append(
          "{\"_id\": \"%s\", \"title\": \"\", \"text\": \"A book about %s\"}%n"
              .formatted(id, topic));
      queries.append("{\"_id\": \"%s\", \"text\": \"I read on %s.\"}%n".formatted(id, topic));
      qrels.append("%s\t%s\t1%n".formatted(id, id));
    }
    String out =
        run(
            "evaluate",
            "--corpus",
            file("corpus.jsonl", corpus.toString()),
            "--queries",
            file("queries.jsonl", queries.toString()),
            "--qrels",
            file("qrels.tsv", qrels.toString()),
            "--recall-at",
            "1",
            "--pooler",
            "avg",
            "--compare",
            Models.tinyBert(directory).toString(),
            "--format",
            "json");
    JsonNode json = new ObjectMapper().readTree(out);
    JsonNode embedded = json.get("models").get(0);
    JsonNode random = json.get("models").get(1);
    assertThat(embedded.get("queries").asInt()).isEqualTo(4);
    for (String measure : List.of("ndcg_at_10", "mrr_at_10", "map_at_100", "recall_at_1")) {
      assertThat(embedded.get(measure).asDouble()).as(measure).isEqualTo(1);
      assertThat(random.get(measure).asDouble()).as(measure).isLessThan(1);
    }
    JsonNode difference = json.get("comparison").get(0);
    assertThat(difference.get("measure").asText()).isEqualTo("nDCG@10");
    assertThat(difference.get("difference").asDouble())
        .isEqualTo(1 - random.get("ndcg_at_10").asDouble(), within(1e-12));
  }

  @Test
  void aCollapsedModelIsNamedInAComparisonOnPairs() throws Exception {
    String out =
        run(
            "evaluate",
            "--pairs",
            file("pairs.tsv", "a dog\ta hound\t5\na dog\tthe news\t1\nrain\tsnow\t3\n"),
            "--pooler",
            "avg",
            "--compare",
            Models.collapsed(directory).toString(),
            "--format",
            "json");
    JsonNode models = new ObjectMapper().readTree(out).get("models");
    assertThat(models.get(0).get("spearman").asDouble()).isEqualTo(1);
    assertThat(models.get(0).get("collapse").asText()).isEqualTo("none");
    assertThat(models.get(1).get("collapse").asText()).isEqualTo("uniformity");
  }

  @Test
  void everyPoolerIsARowOfCsv() throws Exception {
    String row = "g\tf\ty\t%d\t%d\t%s\t%s\n";
    file(
        "STS/STSBenchmark/sts-test.csv",
        row.formatted(1, 5, "a dog", "a dog")
            + row.formatted(2, 1, "a dog", "the news of today")
            + row.formatted(3, 5, "two men", "two men"));
    List<String> lines =
        run(
                "evaluate",
                "--data",
                directory.toString(),
                "--tasks",
                "STS-B",
                "--pooler",
                "all",
                "--format",
                "csv")
            .lines()
            .toList();
    assertThat(lines.get(0)).isEqualTo("model,pooler,task,subset,pairs,pearson,spearman");
    assertThat(lines.subList(1, lines.size()))
        .extracting(line -> line.split(",")[1])
        .contains("cls_before_pooler", "avg", "avg_top2", "avg_first_last", "max")
        .doesNotHaveDuplicates();
    assertThat(lines.subList(1, lines.size()))
        .allSatisfy(line -> assertThat(line).matches("default,[\\w@]+,STS-B,test,3,[^,]+,[^,]+"));
  }
}
