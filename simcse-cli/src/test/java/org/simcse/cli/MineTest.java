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
  private final ByteArrayOutputStream errors = new ByteArrayOutputStream();

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

  private int run(String... flags) {
    List<String> words = new ArrayList<>(command);
    words.add("--quiet");
    words.addAll(List.of(flags));
    return Main.run(
        new ByteArrayOutputStream(),
        new PrintWriter(errors, true, StandardCharsets.UTF_8),
        words.toArray(String[]::new));
  }

  /** Returns the negative that is found. */
  private String mined(String... flags) throws IOException {
    Path output = directory.resolve("mined.csv");
    List<String> words = new ArrayList<>(List.of("--output", output.toString()));
    words.addAll(List.of(flags));
    int status = run(words.toArray(String[]::new));
    assertThat(status).as(errors.toString(StandardCharsets.UTF_8)).isZero();
    List<String> lines = Files.readAllLines(output);
    assertThat(lines).hasSize(2);
    return lines.get(1).replace("a dog,it rains,", "");
  }

  private void assertRefused(String message, String... flags) {
    errors.reset();
    assertThat(run(flags)).isEqualTo(2);
    assertThat(errors.toString(StandardCharsets.UTF_8).strip())
        .isEqualTo("simcse: " + message.replace("DIR", directory.toString()));
  }

  /** The nearest text is the one that equals the anchor once both have their prompts. */
  @Test
  void promptsPrecedeAnchorsAndTheCorpus() throws IOException {
    assertThat(mined("--query-prompt", "the ")).isEqualTo("the a dog");
    assertThat(mined("--document-prompt", "a ")).isEqualTo("dog");
    assertThat(mined("--query-prompt", "the ", "--document-prompt", "the a ")).isEqualTo("dog");
  }

  @Test
  void aRangeMayEndAnywhere() throws IOException {
    assertThat(mined("--range", "0:2147483647", "--query-prompt", "the ")).isEqualTo("the a dog");
  }

  @Test
  void anOutputThatIsReadIsRefused() throws IOException {
    Path link = Files.createSymbolicLink(directory.resolve("link.csv"), Path.of("pairs.csv"));
    assertRefused(
        "The output %s is a file that is read; give --output another name.".formatted(link),
        "--output",
        link.toString());
    assertThat(directory.resolve("pairs.csv")).hasContent("anchor,positive\na dog,it rains\n");
  }

  @Test
  void whatGivesNoRowsIsRefusedWithWhatMayHelp() {
    assertRefused(
        "The corpus has 3 different texts, fewer than the 4 negatives per row; add texts, or ask for fewer negatives.",
        "--negatives",
        "4");
    assertRefused(
        "No pair has 1 texts that count as its hard negatives: raise --max-score, or add texts to the corpus.",
        "--max-score",
        "-1");
    assertRefused(
        "No pair has 2 texts that count as its hard negatives: raise the end of --range, or ask for fewer --negatives, or raise --max-score, or add texts to the corpus.",
        "--range",
        "0:2",
        "--negatives",
        "2",
        "--max-score",
        "-1");
  }

  @Test
  void messagesOnTheCorpusNameItAndItsOption() throws IOException {
    file("two.csv", "title,review\nx,good\n");
    file("blank.txt", " \n\n");
    command.set(command.indexOf("--corpus") + 1, directory.resolve("two.csv").toString());
    assertRefused("DIR/two.csv has the columns [title, review]; choose one with --corpus-column.");
    command.set(command.indexOf("--corpus") + 1, directory.resolve("blank.txt").toString());
    assertRefused("DIR/blank.txt has no texts to find negatives among.");
  }
}
