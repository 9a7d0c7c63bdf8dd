package org.simcse.core.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.simcse.api.error.InvalidInputException;

/** Whether what is in an output directory fits what is to be done there. */
final class OutputDirectory {
  /**
   * What may differ in a run that goes on: where files are, for their content is compared, and what
   * does not change the numbers or is warned of.
   */
  private static final Set<String> FREE =
      Set.of("train-file", "eval-file", "eval-data", "threads", "device", "log-steps");

  private OutputDirectory() {}

  /** Makes the directory ready for a run that begins there. */
  static void prepare(TrainingPlan plan, CheckpointStore store, Map<String, String> environment) {
    try {
      Files.createDirectories(plan.output());
      if (plan.start() == Start.OVERWRITE) {
        store.remove(Trainer.LAST);
        store.remove(Trainer.BEST);
        for (String name : List.of(MetricsLog.FILE, MetricsLog.CURVES, RunManifest.FILE)) {
          Files.deleteIfExists(plan.output().resolve(name));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "%s cannot be made ready: %s".formatted(plan.output(), e.getMessage()), e);
    }
    RunManifest.write(plan, environment);
  }

  static TrainingState lastState(Path output) {
    Path last =
        new CheckpointStore(output)
            .find(Trainer.LAST)
            .orElseThrow(
                () ->
                    new InvalidInputException(
                        "%s has no checkpoint '%s' to resume from; start anew with %s."
                            .formatted(
                                output,
                                Trainer.LAST,
                                Files.exists(output)
                                    ? "--overwrite in place of --resume"
                                    : "the same settings and without --resume")));
    return TrainingState.read(last);
  }

  /**
   * What is in the output directory must fit the start; gives the state to go on from.
   *
   * @param config with absolute paths
   */
  static Optional<TrainingState> check(Path output, Start start, TrainingConfig config) {
    if (start == Start.RESUME) {
      TrainingState state = lastState(output);
      requireSameSettings(state.settings(), config.values());
      return Optional.of(state);
    }
    if (start == Start.OVERWRITE) {
      requireInputsElsewhere(output, config);
    }
    if (Files.exists(output) && !Files.isDirectory(output)) {
      throw new InvalidInputException(
          "The output %s is a file, not a directory.".formatted(output));
    }
    if (start == Start.NEW && Files.isDirectory(output)) {
      try (Stream<Path> entries = Files.list(output)) {
        if (entries.findAny().isPresent()) {
          throw new InvalidInputException(
              "The output directory %s is not empty: go on with --resume, replace what is there with --overwrite, or name another."
                  .formatted(output));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(
            "%s cannot be read: %s".formatted(output, e.getMessage()), e);
      }
    }
    return Optional.empty();
  }

  /** What a run reads must not be what it replaces. */
  private static void requireInputsElsewhere(Path output, TrainingConfig config) {
    Path directory = output.toAbsolutePath().normalize();
    config
        .paths()
        .forEach(
            (setting, path) -> {
              if (path.startsWith(directory)) {
                throw new InvalidInputException(
                    "The setting %s is %s, but that lies in %s, which --overwrite replaces: name another output directory, or move it."
                        .formatted(setting, path, output));
              }
            });
  }

  private static void requireSameSettings(Map<String, String> old, Map<String, String> wanted) {
    Set<String> names = new TreeSet<>(old.keySet());
    names.addAll(wanted.keySet());
    names.removeAll(FREE);
    List<String> differences =
        names.stream()
            .filter(name -> !String.valueOf(old.get(name)).equals(String.valueOf(wanted.get(name))))
            .map(
                name ->
                    "%s was %s and is %s"
                        .formatted(
                            name,
                            old.getOrDefault(name, "not set"),
                            wanted.getOrDefault(name, "not set")))
            .toList();
    if (!differences.isEmpty()) {
      throw new InvalidInputException(
          "A run is resumed with the settings that it began with, but these differ: %s. Leave them out, or start anew with --init-from."
              .formatted(String.join("; ", differences)));
    }
  }

  /** The files are those that the run began with. */
  static void requireSameData(TrainingState state, Map<String, String> hashes) {
    state
        .hashes()
        .forEach(
            (what, before) -> {
              if (!before.equals(hashes.get(what))) {
                throw new InvalidInputException(
                    "The content of %s is not what the run began with. Bring the old files back, or start anew in another directory with --init-from."
                        .formatted(what));
              }
            });
  }
}
