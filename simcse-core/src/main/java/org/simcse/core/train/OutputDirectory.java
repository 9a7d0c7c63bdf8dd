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
import org.simcse.core.data.Preflight;

/** Whether what is in an output directory fits what is to be done there. */
final class OutputDirectory {
  private OutputDirectory() {}

  static TrainingState lastState(Path output) {
    Path last =
        new CheckpointStore(output)
            .find(Trainer.LAST)
            .orElseThrow(
                () ->
                    new InvalidInputException(
                        "%s has no checkpoint '%s' to resume from; start anew without --resume."
                            .formatted(output, Trainer.LAST)));
    return TrainingState.read(last);
  }

  /** What is in the output directory must fit the start; gives the state to go on from. */
  static Optional<TrainingState> check(Path output, Start start, TrainingConfig config) {
    if (start == Start.RESUME) {
      TrainingState state = lastState(output);
      requireSameSettings(state.settings(), config.values());
      return Optional.of(state);
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

  private static void requireSameSettings(Map<String, String> old, Map<String, String> wanted) {
    Set<String> names = new TreeSet<>(old.keySet());
    names.addAll(wanted.keySet());
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

  static void requireSameData(TrainingState state, Preflight preflight) {
    if (!state.dataSha256().equals(preflight.sha256())) {
      throw new InvalidInputException(
          "%s is not the file that the run began with: its content has changed. Bring the old one back, or start anew with --init-from."
              .formatted(preflight.path()));
    }
  }
}
