package org.simcse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code simcse mine} with a tiny model. */
class MineTest {
  @TempDir private Path directory = Path.of("");

  private final List<String> command = new ArrayList<>();

  @BeforeEach
  void files() throws IOException {
    Path pairs = file("pairs.csv", "anchor,positive\na dog,it rains\n");
    Path corpus = file("corpus.txt", "the a dog\ndog\ntwo men\n");
    command.addAll(List.of("mine", "--pairs", pairs.toString(), "--corpus", corpus.toString()));
    command.addAll(List.of("--model", Models.tinyBert(directory).toString(), "--pooler", "avg"));
  }

  private Path file(String name, String content) throws IOException {
    return Files.writeString(directory.resolve(name), content);
  }

  /** Returns the negative that is found. */
  private String mined(String... flags) throws IOException {
    Path output = directory.resolve("mined.csv");
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    List<String> words = new ArrayList<>(command);
    words.addAll(List.of("--quiet", "--output", output.toString()));
    words.addAll(List.of(flags));
    int status =
        Main.run(
            new ByteArrayOutputStream(),
            new PrintWriter(errors, true, StandardCharsets.UTF_8),
            words.toArray(String[]::new));
    assertThat(status).as(errors.toString(StandardCharsets.UTF_8)).isZero();
    List<String> lines = Files.readAllLines(output);
    assertThat(lines).hasSize(2);
    return lines.get(1).replace("a dog,it rains,", "");
  }

  /** The nearest text is the one that equals the anchor once both have their prompts. */
  @Test
  void promptsPrecedeAnchorsAndTheCorpus() throws IOException {
    assertThat(mined("--query-prompt", "the ")).isEqualTo("the a dog");
    assertThat(mined("--document-prompt", "a ")).isEqualTo("dog");
    assertThat(mined("--query-prompt", "the ", "--document-prompt", "the a ")).isEqualTo("dog");
  }
}
