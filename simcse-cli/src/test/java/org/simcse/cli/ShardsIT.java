package org.simcse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code simcse embed --shard-rows}, as it is killed and resumed. */
class ShardsIT {
  private static final int TEXTS = 3000;

  @TempDir private Path directory = Path.of("");

  private String[] embed(String... more) throws IOException {
    List<String> texts = IntStream.range(0, TEXTS).mapToObj(i -> "text number " + i).toList();
    Files.write(directory.resolve("a.txt"), texts.subList(0, 1700));
    Files.write(directory.resolve("b.txt"), texts.subList(1700, TEXTS));
    String[] fixed = {
      "embed",
      "--file",
      directory + "/?.txt",
      "--shard-rows",
      "200",
      "--format",
      "jsonl",
      "-o",
      directory.resolve("out").toString()
    };
    return Stream.concat(Stream.of(fixed), Stream.of(more)).toArray(String[]::new);
  }

  @Test
  void noRowIsLostOrDoubledByAKill() throws Exception {
    List<String> command = new ArrayList<>(List.of(Simcse.COMMAND));
    command.addAll(List.of(embed()));
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    while (process.isAlive() && !Files.exists(directory.resolve("out/part-00002.jsonl"))) {
      TimeUnit.MILLISECONDS.sleep(10);
    }
    process.destroyForcibly().waitFor();
    assertThat(directory.resolve("out/manifest.json")).content().contains("\"complete\" : false");
    Simcse.Result refused = Simcse.run(embed());
    assertThat(refused.status()).isEqualTo(2);
    assertThat(refused.message()).contains("continue with --resume");
    Simcse.Result resumed = Simcse.run(embed("--resume"));
    assertThat(resumed.status()).as(resumed.err()).isZero();
    assertThat(numbers()).containsExactlyElementsOf(IntStream.range(0, TEXTS).boxed().toList());
    assertThat(directory.resolve("out/manifest.json")).content().contains("\"complete\" : true");
    Files.writeString(directory.resolve("b.txt"), "another text\n");
    Simcse.Result changed =
        Simcse.run(
            "embed",
            "--file",
            directory + "/?.txt",
            "--shard-rows",
            "200",
            "--format",
            "jsonl",
            "--resume",
            "-o",
            directory.resolve("out").toString());
    assertThat(changed.message()).contains("were begun with inputs");
    assertThat(changed.status()).isEqualTo(2);
  }

  private List<Integer> numbers() throws IOException {
    List<Integer> numbers = new ArrayList<>();
    for (int part = 0; part < TEXTS / 200; part++) {
      String rows = Files.readString(directory.resolve("out/part-%05d.jsonl".formatted(part)));
      Pattern.compile("\"text number (\\d+)\"")
          .matcher(rows)
          .results()
          .forEach(found -> numbers.add(Integer.valueOf(found.group(1))));
    }
    return numbers;
  }
}
