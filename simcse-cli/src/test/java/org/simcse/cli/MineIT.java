package org.simcse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code simcse mine} as a user runs it. */
class MineIT {
  @TempDir private Path directory = Path.of("");

  private Path write(String name, String... lines) throws IOException {
    return Files.write(directory.resolve(name), List.of(lines));
  }

  @Test
  void whatIsMinedCanBeTrainedOn() throws Exception {
    Path pairs =
        write(
            "pairs.csv",
            "anchor,positive",
            "A man is playing a guitar.,Someone plays the guitar.",
            "\"A woman slices a tomato, slowly.\",A woman is cutting a tomato.");
    Path corpus =
        write(
            "corpus.txt",
            "A man is playing a flute.",
            "someone plays  the guitar.",
            "The stock market fell on Monday.",
            "A woman is slicing an onion.",
            "A man is playing a flute.");
    Path output = directory.resolve("triplets.csv");
    Simcse.Result mined =
        Simcse.run(
            "mine",
            "--pairs",
            pairs.toString(),
            "--corpus",
            corpus.toString(),
            "--output",
            output.toString());
    assertThat(mined.err().lines().map(line -> line.replaceAll(" +", " ").strip()))
        .containsExactly(
            "corpus 4 texts; 1 more are equal to one of them",
            "rows 2 with 1 hard negatives each",
            "Of the nearest texts",
            "1 are the anchor, or in a pair with it",
            "5 would do, and were not needed",
            "2 are hard negatives");
    assertThat(mined.status()).isZero();
    assertThat(output)
        .hasContent(
            """
            anchor,positive,negative
            A man is playing a guitar.,Someone plays the guitar.,A man is playing a flute.
            "A woman slices a tomato, slowly.",A woman is cutting a tomato.,A woman is slicing an onion.
            """);
    Simcse.Result train = Simcse.run("train", "--train-file", output.toString(), "--dry-run");
    assertThat(train.out()).contains("negative (hard negative)");
  }
}
