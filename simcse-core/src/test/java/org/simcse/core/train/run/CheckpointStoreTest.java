package org.simcse.core.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.simcse.api.error.CheckpointException;

class CheckpointStoreTest {
  @TempDir private Path folder = Path.of("");
  private CheckpointStore store = new CheckpointStore(folder);

  @BeforeEach
  void open() {
    store = new CheckpointStore(folder);
  }

  private static void write(Path folder, String content) {
    try {
      Files.createDirectories(folder.resolve("inner"));
      Files.writeString(folder.resolve("a.txt"), content);
      Files.writeString(folder.resolve("inner/b.txt"), content + content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aCheckpointReplacesTheOneBefore() {
    store.save("last", path -> write(path, "one"));
    store.save("last", path -> write(path, "two"));
    assertThat(store.find("last").orElseThrow().resolve("inner/b.txt")).hasContent("twotwo");
    assertThat(folder).isDirectoryNotContaining("glob:**/.*");
  }

  @Test
  void aFailureKeepsTheOneBefore() {
    store.save("last", path -> write(path, "one"));
    assertThatThrownBy(
            () ->
                store.save(
                    "last",
                    path -> {
                      write(path, "two");
                      throw new UncheckedIOException(new IOException("the disk is full"));
                    }))
        .hasMessageContaining("the disk is full");
    assertThat(store.find("last").orElseThrow().resolve("a.txt")).hasContent("one");
    assertThat(folder).isDirectoryNotContaining("glob:**/.*");
  }

  @Test
  void aLinkOutlivesItsOrigin() {
    store.save("last", path -> write(path, "one"));
    store.link("last", "best");
    store.save("last", path -> write(path, "two"));
    assertThat(store.find("best").orElseThrow().resolve("inner/b.txt")).hasContent("oneone");
  }

  @Test
  void damageIsSeen() throws IOException {
    store.save("last", path -> write(path, "one"));
    Files.writeString(folder.resolve("last/inner/b.txt"), "onetwo");
    assertThatThrownBy(() -> store.find("last"))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("b.txt is damaged");
    Files.delete(folder.resolve("last/inner/b.txt"));
    assertThatThrownBy(() -> store.find("last")).hasMessageContaining("b.txt is missing");
    for (String sums : new String[] {"{}", "{\"a.txt\": ", "[]"}) {
      Files.writeString(folder.resolve("last/checksums.json"), sums);
      assertThatThrownBy(() -> store.find("last"))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("checksums.json is damaged");
    }
    Files.delete(folder.resolve("last/checksums.json"));
    assertThatThrownBy(() -> store.find("last")).hasMessageContaining("incomplete");
  }

  @Test
  void aCardIsReplacedUnlessAUserChangedIt() throws IOException {
    store.save("last", path -> card(path, "one"));
    store.save("last", path -> card(path, "two"));
    Path card = folder.resolve("last/README.md");
    assertThat(card).hasContent("two");
    Files.writeString(card, "mine");
    store.save("last", path -> card(path, "three"));
    assertThat(card).hasContent("mine");
    store.save("last", path -> card(path, "four"));
    assertThat(card).hasContent("mine");
    assertThat(store.find("last")).isPresent();
    Files.delete(card);
    assertThat(store.find("last")).isPresent();
  }

  private static void card(Path folder, String text) {
    try {
      Files.writeString(folder.resolve("README.md"), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aProcessKilledBetweenTheTwoNamesLosesNothing() throws IOException {
    store.save("last", path -> write(path, "one"));
    Files.move(folder.resolve("last"), folder.resolve(".last.old"));
    assertThat(store.find("last").orElseThrow().resolve("a.txt")).hasContent("one");
    assertThat(store.find("best")).isEmpty();
  }
}
