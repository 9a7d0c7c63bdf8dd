package org.simcse.core.train;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.simcse.api.error.InvalidInputException;

/**
 * The configuration of a training run: a value for every setting. {@link Settings#all} lists the
 * settings; each is also a flag of the command and a key of a YAML file.
 *
 * <pre>{@code
 * TrainingConfig config =
 *     TrainingConfig.preset("sup-bert-base")
 *         .with("model", "bert-base-uncased")
 *         .with("train-file", "nli.csv");
 * }</pre>
 *
 * <p>Immutable.
 *
 * @since 0.1.0
 */
public final class TrainingConfig {
  private static final TrainingConfig DEFAULTS = new TrainingConfig(TrainingSettings.defaults());

  private final TrainingSettings settings;

  private TrainingConfig(TrainingSettings settings) {
    this.settings = settings;
  }

  /** Returns a configuration in which every setting has its default. */
  public static TrainingConfig defaults() {
    return DEFAULTS;
  }

  /**
   * Returns one of SimCSE's recipes; see {@link Presets}.
   *
   * @throws InvalidInputException if there is no recipe of this name
   */
  public static TrainingConfig preset(String name) {
    return defaults().with(Presets.read(name));
  }

  /**
   * Returns a configuration with one setting changed.
   *
   * @param setting its name, such as {@code learning-rate}
   * @param value the value, as written on a command line
   * @throws InvalidInputException if there is no such setting, or the value is invalid
   */
  public TrainingConfig with(String setting, Object value) {
    return with(Map.of(setting, value.toString()));
  }

  /**
   * Returns a configuration with several settings changed.
   *
   * @param changes the values, as written on a command line, by the name of the setting
   * @throws InvalidInputException if there is no such setting, a value is invalid, or settings are
   *     inconsistent
   */
  public TrainingConfig with(Map<String, String> changes) {
    return new TrainingConfig(settings.with(changes));
  }

  /**
   * Returns the value of a setting, as written on a command line.
   *
   * @throws InvalidInputException if there is no such setting
   */
  public Optional<String> get(String setting) {
    Settings.requireKnown(Set.of(setting));
    return Optional.ofNullable(values().get(setting));
  }

  /**
   * Returns every setting that has a value, by name, as written on a command line, in the order of
   * {@link Settings#all}.
   */
  public Map<String, String> values() {
    return settings.values();
  }

  TrainingSettings settings() {
    return settings;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TrainingConfig config && settings.equals(config.settings);
  }

  @Override
  public int hashCode() {
    return Objects.hash(settings);
  }

  @Override
  public String toString() {
    return values().toString();
  }
}
