package org.simcse.cli.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.simcse.api.error.InvalidInputException;

class ShardsTest {
  private static final Map<String, Object> ORIGIN =
      Map.of("model", "default", "shard_rows", 2, "inputs", List.of("sha256 ab"));

  @TempDir private Path folder = Path.of("");

  private Shards open(boolean resume) {
    return Shards.open(folder.resolve("out"), VectorWriter.Format.JSONL, 2, ORIGIN, resume);
  }

  private static void write(Shards shards, String... texts) throws IOException {
    for (String text : texts) {
      shards.write(text, new float[] {1, 2});
    }
  }

  private List<String> files() throws IOException {
    try (var files = Files.list(folder.resolve("out"))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void eachFileHasTheRowsAndTheLastTheRest() throws IOException {
    try (Shards shards = open(false)) {
      write(shards, "a", "b", "c");
      shards.finish();
    }
    assertThat(files()).containsExactly("manifest.json", "part-00000.jsonl", "part-00001.jsonl");
    assertThat(folder.resolve("out/part-00000.jsonl"))
        .hasContent(
            "{\"text\":\"a\",\"embedding\":[1.0,2.0]}\n{\"text\":\"b\",\"embedding\":[1.0,2.0]}\n");
    assertThat(folder.resolve("out/manifest.json"))
        .content()
        .contains("\"complete\" : true", "\"rows\" : 3", "\"model\" : \"default\"")
        .containsPattern("\"file\" : \"part-00001.jsonl\",\\s+\"rows\" : 1");
  }

  @Test
  void aShardOfParquetIsAWholeFile() throws IOException {
    try (Shards shards =
        Shards.open(folder.resolve("out"), VectorWriter.Format.PARQUET, 2, ORIGIN, false)) {
      write(shards, "a", "b", "c");
      assertThat(files()).contains("part-00000.parquet").doesNotContain("part-00001.parquet");
      shards.finish();
    }
    for (String part : List.of("out/part-00000.parquet", "out/part-00001.parquet")) {
      assertThat(Files.readString(folder.resolve(part), StandardCharsets.ISO_8859_1))
          .startsWith("PAR1")
          .endsWith("PAR1");
    }
  }

  @Test
  void whatIsNotWholeIsWrittenAgain() throws IOException {
    try (Shards shards = open(false)) {
      write(shards, "a", "b", "c");
    }
    assertThat(files()).containsExactly("manifest.json", "part-00000.jsonl");
    Files.writeString(folder.resolve("out/.simcse-x.tmp"), "of a process that was killed");
    try (Shards shards = open(true)) {
      assertThat(shards.done()).isEqualTo(2);
      write(shards, "c", "d", "e");
      shards.finish();
    }
    assertThat(files())
        .containsExactly(
            "manifest.json", "part-00000.jsonl", "part-00001.jsonl", "part-00002.jsonl");
    assertThat(Files.readAllLines(folder.resolve("out/part-00001.jsonl")))
        .hasSize(2)
        .first()
        .asString()
        .contains("\"c\"");
  }

  /** As a process leaves it that is killed between a shard and the manifest. */
  @Test
  void aShardThatTheManifestLacksIsReplaced() throws IOException {
    try (Shards shards = open(false)) {
      write(shards, "a", "b");
      Files.writeString(folder.resolve("out/part-00001.jsonl"), "old\n");
    }
    try (Shards shards = open(true)) {
      write(shards, "c");
      shards.finish();
    }
    assertThat(folder.resolve("out/part-00001.jsonl")).content().contains("\"c\"");
  }

  @Test
  void otherInputAndOtherFoldersAreRefused() throws IOException {
    try (Shards shards = open(false)) {
      write(shards, "a", "b");
    }
    assertThatThrownBy(() -> open(false))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("continue with --resume");
    assertThatThrownBy(
            () ->
                Shards.open(
                    folder.resolve("out"),
                    VectorWriter.Format.JSONL,
                    2,
                    Map.of("model", "another"),
                    true))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("begun with model default, and it is another now");
    Files.writeString(Files.createDirectory(folder.resolve("mine")).resolve("x"), "");
    assertThatThrownBy(
            () -> Shards.open(folder.resolve("mine"), VectorWriter.Format.CSV, 2, ORIGIN, true))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("not empty", "manifest.json");
  }
}
