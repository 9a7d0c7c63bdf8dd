package org.simcse.core.train.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.simcse.api.error.CheckpointException;
import org.simcse.core.io.AtomicDirectory;
import org.simcse.core.io.AtomicFile;
import org.simcse.core.io.Sha256;

/**
 * Stores checkpoints in a directory, each an atomically replaced folder with the checksums of its
 * files.
 *
 * <p>A new folder is filled under another name and renamed. While it replaces an old one, there is
 * a moment at which neither has the name; the old one is then found under {@code .NAME.old}.
 */
final class CheckpointStore {
  private static final String CHECKSUMS = "checksums.json";

  /** The file that users may edit: it is not verified, and an edited one is kept. */
  private static final String CARD = "README.md";

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private final Path directory;

  CheckpointStore(Path directory) {
    this.directory = directory;
  }

  /** Returns the path of the checkpoint of this name, whether it exists or not. */
  Path path(String name) {
    return directory.resolve(name);
  }

  /**
   * Saves a checkpoint, replacing that of the same name.
   *
   * @param content fills an empty folder
   * @throws org.simcse.api.error.SimCseException or UncheckedIOException if it cannot be written;
   *     the old one is kept
   */
  void save(String name, Consumer<Path> content) {
    Path fresh = directory.resolve("." + name + ".tmp");
    try {
      AtomicDirectory.delete(fresh);
      Files.createDirectories(fresh);
      content.accept(fresh);
      Map<String, String> sums = checksums(fresh);
      AtomicFile.write(fresh.resolve(CHECKSUMS), out -> out.write(JSON.writeValueAsBytes(sums)));
      keepEditedCard(path(name), fresh); // after the checksums, which tell it from a written one
      replace(name, fresh);
    } catch (IOException e) {
      AtomicDirectory.discard(fresh);
      throw new UncheckedIOException(
          "The checkpoint %s cannot be written: %s".formatted(path(name), e.getMessage()), e);
    } catch (RuntimeException e) {
      AtomicDirectory.discard(fresh);
      throw e;
    }
  }

  /** Copies the card of an old checkpoint to a new one, unless it is as it was written. */
  private static void keepEditedCard(Path old, Path fresh) throws IOException {
    Path card = old.resolve(CARD);
    if (!Files.exists(card)) {
      return;
    }
    Path sums = old.resolve(CHECKSUMS);
    Map<String, String> written = Files.exists(sums) ? expected(sums) : Map.of();
    if (!Sha256.of(card).equals(written.get(CARD))) {
      Files.copy(card, fresh.resolve(CARD), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** Saves the checkpoint of one name under another name too; files are shared where possible. */
  void link(String from, String to) {
    save(
        to,
        folder -> {
          try {
            for (Path file : files(path(from))) {
              Path target = folder.resolve(path(from).relativize(file));
              if (!target.endsWith(CHECKSUMS)) {
                Files.createDirectories(target.getParent());
                linkOrCopy(file, target);
              }
            }
          } catch (IOException e) {
            throw new UncheckedIOException(
                "The checkpoint %s cannot be written: %s".formatted(path(to), e.getMessage()), e);
          }
        });
  }

  private static void linkOrCopy(Path file, Path target) throws IOException {
    try {
      Files.createLink(target, file);
    } catch (UnsupportedOperationException | IOException e) { // some file systems have no links
      Files.copy(file, target);
    }
  }

  private void replace(String name, Path fresh) throws IOException {
    Path old = old(name);
    AtomicDirectory.delete(old);
    if (Files.exists(path(name))) {
      Files.move(path(name), old);
    }
    Files.move(fresh, path(name));
    AtomicDirectory.delete(old);
  }

  private Path old(String name) {
    return directory.resolve("." + name + ".old");
  }

  /**
   * Returns the checkpoint of this name, with its checksums verified.
   *
   * @throws CheckpointException if a file is missing or damaged
   */
  Optional<Path> find(String name) {
    try {
      recover(name);
      if (!Files.exists(path(name))) {
        return Optional.empty();
      }
      verify(path(name));
      return Optional.of(path(name));
    } catch (IOException e) {
      throw new CheckpointException(
          "The checkpoint %s cannot be read: %s.".formatted(path(name), e.getMessage()), e);
    }
  }

  /** Restores a checkpoint that was being replaced when the process was killed. */
  void recover(String name) throws IOException {
    if (!Files.exists(path(name)) && Files.exists(old(name))) {
      Files.move(old(name), path(name));
    }
  }

  private static void verify(Path checkpoint) throws IOException {
    Path file = checkpoint.resolve(CHECKSUMS);
    if (!Files.exists(file)) {
      throw new CheckpointException(
          "The checkpoint %s has no %s: it is incomplete.".formatted(checkpoint, CHECKSUMS));
    }
    Map<String, String> expected = expected(file);
    for (Map.Entry<String, String> entry : expected.entrySet()) {
      Path part = checkpoint.resolve(entry.getKey());
      if (entry.getKey().equals(CARD)) {
        continue;
      }
      if (!Files.exists(part) || !Sha256.of(part).equals(entry.getValue())) {
        throw unusable(part, Files.exists(part) ? "damaged" : "missing", null);
      }
    }
  }

  private static Map<String, String> expected(Path file) throws IOException {
    try {
      Map<String, String> sums =
          JSON.readValue(Files.readAllBytes(file), new TypeReference<Map<String, String>>() {});
      if (!sums.isEmpty()) {
        return sums;
      }
    } catch (JsonProcessingException e) {
      throw unusable(file, "damaged", e);
    }
    throw unusable(file, "damaged", null);
  }

  private static CheckpointException unusable(Path file, String how, @Nullable Throwable cause) {
    return new CheckpointException(
        "The checkpoint's file %s is %s. Start anew with the output mode overwrite, or in another directory with the setting model."
            .formatted(file, how),
        cause);
  }

  private static Map<String, String> checksums(Path folder) throws IOException {
    Map<String, String> sums = new TreeMap<>();
    for (Path file : files(folder)) {
      sums.put(folder.relativize(file).toString().replace('\\', '/'), Sha256.of(file));
    }
    return sums;
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return new ArrayList<>(all.filter(Files::isRegularFile).sorted().toList());
    }
  }

  /** Deletes a checkpoint, and the one that it was replacing. */
  void remove(String name) throws IOException {
    AtomicDirectory.delete(path(name));
    AtomicDirectory.delete(old(name));
  }
}
