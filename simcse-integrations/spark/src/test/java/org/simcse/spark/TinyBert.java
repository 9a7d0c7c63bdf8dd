package org.simcse.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.simcse.core.SimCse;
import org.simcse.tests.golden.GoldenFiles;

/** The golden model of three layers, and texts for it. */
final class TinyBert {
  private static final List<String> WORDS =
      List.of("a", "man", "is", "playing", "the", "guitar", "red", "car", "runs", "quickly");

  private TinyBert() {}

  /** Copies the model. */
  static Path in(Path parent) {
    try {
      Path directory = Files.createDirectories(parent.resolve("tiny-bert"));
      GoldenFiles.copyModel("tiny-bert", directory);
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns texts of 1 to 11 words. */
  static List<String> texts(int count) {
    return IntStream.range(0, count).mapToObj(TinyBert::text).toList();
  }

  private static String text(int row) {
    return String.join(
        " ",
        IntStream.rangeClosed(0, row % 11)
            .mapToObj(word -> WORDS.get((row * 7 + word * word + word * row / 11) % WORDS.size()))
            .toList());
  }

  /** Returns the vectors that this process computes. */
  static List<float[]> vectors(Path model, String backend, List<String> texts) {
    try (SimCse simcse =
        SimCse.builder().model(model).backend(backend).pooler("avg").threads(1).open()) {
      return simcse.embed(texts);
    }
  }
}
