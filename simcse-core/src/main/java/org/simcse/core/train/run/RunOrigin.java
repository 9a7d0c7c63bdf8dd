package org.simcse.core.train.run;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.simcse.api.error.InvalidInputException;

/**
 * What a run was made from, which does not change when it is resumed.
 *
 * @param settings the run's configuration
 * @param hashes the SHA-256 of what the run reads, in hexadecimal, by what it is
 */
public record RunOrigin(Map<String, String> settings, Map<String, String> hashes) {
  /**
   * Settings that may change when a run is resumed: where files are (their content is compared),
   * and what does not change the results, or only their last digits.
   */
  private static final Set<String> FREE =
      Set.of("train-file", "eval-file", "eval-data", "threads", "device", "log-steps");

  /**
   * Validates that the settings are those the run began with.
   *
   * @throws InvalidInputException if a setting differs that may not change
   */
  public void requireSettings(Map<String, String> wanted) {
    Set<String> names = new TreeSet<>(settings.keySet());
    names.addAll(wanted.keySet());
    names.removeAll(FREE);
    List<String> differences =
        names.stream()
            .filter(name -> !Objects.equals(settings.get(name), wanted.get(name)))
            .map(
                name ->
                    "%s was %s and is %s"
                        .formatted(
                            name,
                            settings.getOrDefault(name, "not set"),
                            wanted.getOrDefault(name, "not set")))
            .toList();
    if (!differences.isEmpty()) {
      throw new InvalidInputException(
          "A run is resumed with the settings that it began with, but these differ: %s. Leave them out, or start anew in another directory with the setting model."
              .formatted(String.join("; ", differences)));
    }
  }

  /**
   * Validates that the data is that the run began with.
   *
   * @param now hashes as {@link #hashes}
   * @throws InvalidInputException if the content of a file has changed
   */
  public void requireData(Map<String, String> now) {
    hashes.forEach(
        (what, before) -> {
          if (!before.equals(now.get(what))) {
            throw new InvalidInputException(
                "The content of %s is not what the run began with. Bring the old files back, or start anew in another directory with the setting model."
                    .formatted(what));
          }
        });
  }
}
