package org.simcse.core.train.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.simcse.api.error.CheckpointException;
import org.simcse.api.error.InvalidInputException;
import org.simcse.core.io.AtomicFile;

/**
 * The output directory of a run: {@code last/}, the checkpoint that a run is resumed from, {@code
 * best/}, the best model so far, and files about the run.
 *
 * <p>Not thread-safe; owns no resources.
 */
public final class RunDirectory {
  private static final String LAST = "last";
  private static final String BEST = "best";
  private static final String SEED = "seed-";

  /** The file of losses, rates and evaluations. */
  public static final String METRICS = "metrics.jsonl";

  /** The file with the same numbers as a table. */
  public static final String CURVES = "curves.csv";

  /** The file that describes runs with different seeds. */
  public static final String SEEDS = "seeds.json";

  /** The file with their results for people. */
  public static final String SEEDS_REPORT = "seeds.md";

  private static final List<String> FILES =
      List.of(
          METRICS,
          CURVES,
          RunManifest.FILE,
          SEEDS,
          SEEDS_REPORT,
          // What the command draws of them.
          "loss.png",
          "learning_rate.png",
          "sts_dev.png",
          "alignment_uniformity.png");

  private final Path path;
  private final CheckpointStore checkpoints;

  /** Creates an object for a path without accessing it. */
  public RunDirectory(Path path) {
    this.path = path;
    this.checkpoints = new CheckpointStore(path);
  }

  /** Returns the path of the directory. */
  public Path path() {
    return path;
  }

  /** Returns the path of the checkpoint that a run is resumed from. */
  public Path last() {
    return checkpoints.path(LAST);
  }

  /** Returns the path of the best model. */
  public Path best() {
    return checkpoints.path(BEST);
  }

  /** Returns the output directory of one of several runs with different seeds. */
  public Path seed(long seed) {
    return path.resolve(SEED + seed);
  }

  /**
   * Returns whether there is a checkpoint to resume from.
   *
   * @throws CheckpointException if it is damaged
   */
  public boolean hasCheckpoint() {
    return checkpoints.find(LAST).isPresent();
  }

  /**
   * Reads the state of the last checkpoint, whose checksums are verified.
   *
   * @throws InvalidInputException if there is no checkpoint
   * @throws CheckpointException if it is damaged
   */
  public TrainingState state() {
    Path last =
        checkpoints
            .find(LAST)
            .orElseThrow(
                () ->
                    new InvalidInputException(
                        "%s has no checkpoint '%s' to resume from; start anew with %s."
                            .formatted(
                                path,
                                LAST,
                                Files.exists(path)
                                    ? "the output mode overwrite in place of the output mode resume"
                                    : "the same settings and without the output mode resume")));
    return TrainingState.read(last);
  }

  /**
   * Validates that a new run can be written here.
   *
   * @throws InvalidInputException if this is a file, or a directory with files in it
   */
  public void requireEmpty() {
    requireDirectory();
    if (Files.isDirectory(path)) {
      try (Stream<Path> entries = Files.list(path)) {
        if (entries.findAny().isPresent()) {
          throw new InvalidInputException(
              "The output directory %s is not empty: continue with the output mode resume, replace what is there with the output mode overwrite, or name another."
                  .formatted(path));
        }
      } catch (IOException e) {
        throw new UncheckedIOException("%s cannot be read: %s".formatted(path, e.getMessage()), e);
      }
    }
  }

  /**
   * Validates that a run can replace an earlier one here.
   *
   * @param inputs the absolute paths of the run's inputs, by setting
   * @throws InvalidInputException if this is a file, or the run reads a file that it would replace
   */
  public void requireReplaceable(Map<String, Path> inputs) {
    Path directory = path.toAbsolutePath().normalize();
    inputs.forEach(
        (setting, input) -> {
          if (input.startsWith(directory)) {
            throw new InvalidInputException(
                "The setting %s is %s, but that lies in %s, which the output mode overwrite replaces: name another output directory, or move it."
                    .formatted(setting, input, path));
          }
        });
    requireDirectory();
  }

  private void requireDirectory() {
    if (Files.exists(path) && !Files.isDirectory(path)) {
      throw new InvalidInputException("The output %s is a file, not a directory.".formatted(path));
    }
  }

  /** Creates the directory if it is missing. */
  public void create() {
    try {
      Files.createDirectories(path);
    } catch (IOException e) {
      throw notReady(e);
    }
  }

  /** Deletes the checkpoints and files of earlier runs; other files stay. */
  public void clear() {
    try {
      checkpoints.remove(LAST);
      checkpoints.remove(BEST);
      for (String name : FILES) {
        Files.deleteIfExists(path.resolve(name));
      }
      for (Path run : seeds()) {
        new RunDirectory(run).clear();
        deleteIfEmpty(run);
      }
    } catch (IOException e) {
      throw notReady(e);
    }
  }

  private static void deleteIfEmpty(Path folder) throws IOException {
    try {
      Files.delete(folder);
    } catch (DirectoryNotEmptyException e) {
      // a user's files stay
    }
  }

  private List<Path> seeds() throws IOException {
    try (Stream<Path> entries = Files.list(path)) {
      return entries
          .filter(entry -> entry.getFileName().toString().matches(SEED + "-?\\d+"))
          .filter(Files::isDirectory)
          .toList();
    }
  }

  private UncheckedIOException notReady(IOException e) {
    return new UncheckedIOException(
        "%s cannot be made ready: %s".formatted(path, AtomicFile.reason(e)), e);
  }

  /**
   * Saves {@code last/}; if that fails, the previous checkpoint is kept.
   *
   * @param content writes the model and the optimizer into an empty directory
   */
  public void save(Consumer<Path> content, TrainingState state) {
    checkpoints.save(
        LAST,
        directory -> {
          content.accept(directory);
          state.write(directory);
        });
  }

  /** Makes {@code best/} a copy of {@code last/}. */
  public void saveBest() {
    checkpoints.link(LAST, BEST);
  }

  /** Restores {@code best/} if the process was killed while it was replaced. */
  public void recoverBest() {
    try {
      checkpoints.recover(BEST);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "%s cannot be brought back: %s".formatted(best(), e.getMessage()), e);
    }
  }
}
