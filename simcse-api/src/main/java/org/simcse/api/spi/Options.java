package org.simcse.api.spi;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.simcse.api.error.InvalidInputException;

/**
 * A provider's name and the options that the user wrote behind it, as in {@code attention:heads=4}.
 *
 * <p>Every getter remembers that its option was asked for, whether it was given or not. Whoever has
 * something made from the options then refuses those that nobody asked for, so that a misspelt
 * option is an error and never a default: {@link Providers#create} does this for all providers. An
 * option of the wrong form or outside its range is an {@link InvalidInputException} that names it.
 *
 * <p>Immutable but for that memory; confined to one thread.
 */
public final class Options {
  private final String provider;
  private final Map<String, String> given;
  private final Set<String> asked;

  private Options(String provider, Map<String, String> given, Set<String> asked) {
    this.provider = provider;
    this.given = Collections.unmodifiableMap(new LinkedHashMap<>(given));
    this.asked = asked;
  }

  /**
   * Parses {@code name} or {@code name:option=value,option=value}.
   *
   * @throws InvalidInputException if an option is not of the form option=value, or is given twice
   */
  public static Options parse(String text) {
    Map<String, String> given = new LinkedHashMap<>();
    String[] parts = text.split(":", 2);
    for (String option : parts.length == 1 ? new String[0] : parts[1].split(",", -1)) {
      int equals = option.indexOf('=');
      if (equals < 1) {
        throw new InvalidInputException(
            "The option '%s' of '%s' is not of the form option=value, as in attention:heads=4."
                .formatted(option, text));
      }
      String name = option.substring(0, equals);
      if (given.put(name, option.substring(equals + 1)) != null) {
        throw new InvalidInputException(
            "The option '%s' is given twice in '%s'.".formatted(name, text));
      }
    }
    return of(parts[0], given);
  }

  /** Options that a program has, rather than a text. */
  public static Options of(String provider, Map<String, String> given) {
    return new Options(provider, given, new LinkedHashSet<>());
  }

  /** A provider's name without options. */
  public static Options of(String provider) {
    return of(provider, Map.of());
  }

  /** The name, or an alias, of the provider. */
  public String provider() {
    return provider;
  }

  /** All options as they were written, in order; reading them here does not count as asking. */
  public Map<String, String> given() {
    return given;
  }

  /**
   * These options without some, for another provider that this one builds on; what either asks for
   * counts as asked for.
   */
  public Options without(String... names) {
    Map<String, String> rest = new LinkedHashMap<>(given);
    rest.keySet().removeAll(Arrays.asList(names));
    return new Options(provider, rest, asked);
  }

  /** Some of these options, likewise. */
  public Options only(String... names) {
    Map<String, String> rest = new LinkedHashMap<>(given);
    rest.keySet().retainAll(Arrays.asList(names));
    return new Options(provider, rest, asked);
  }

  /** Whether an option was given. */
  public boolean has(String name) {
    return find(name).isPresent();
  }

  /** An option as it was written. */
  public String text(String name, String otherwise) {
    return find(name).orElse(otherwise);
  }

  /** An option that is one of some words. */
  public String choice(String name, String otherwise, List<String> words) {
    String value = text(name, otherwise);
    if (!words.contains(value)) {
      throw refused(name, "be one of " + String.join(", ", words));
    }
    return value;
  }

  /**
   * An option that is a whole number.
   *
   * @param least the smallest value allowed
   * @param most the largest value allowed; {@link Integer#MAX_VALUE} for no limit
   */
  public int integer(String name, int otherwise, int least, int most) {
    double value = number(name, otherwise);
    if (value != Math.rint(value) || value < least || value > most) {
      throw refused(
          name,
          most == Integer.MAX_VALUE
              ? "be a whole number of at least " + least
              : "be a whole number from %d to %d".formatted(least, most));
    }
    return (int) value;
  }

  /** An option that is a finite number. */
  public double number(String name, double otherwise) {
    return find(name)
        .map(value -> parsed(value).orElseThrow(() -> refused(name, "be a finite number")))
        .orElse(otherwise);
  }

  /** An option that is a finite number from {@code least} to {@code most}, both included. */
  public double number(String name, double otherwise, double least, double most) {
    double value = number(name, otherwise);
    if (!(value >= least && value <= most)) {
      throw refused(name, "be at least %s and at most %s".formatted(least, most));
    }
    return value;
  }

  /** An option that is a finite number above 0. */
  public double positive(String name, double otherwise) {
    double value = number(name, otherwise);
    if (!(value > 0)) {
      throw refused(name, "be above 0");
    }
    return value;
  }

  /** An option that is a list of finite numbers with a plus between them, as in 384+192. */
  public List<Double> numbers(String name, List<Double> otherwise) {
    String rule = "be finite numbers with a plus between them, as in 384+192";
    return find(name)
        .map(
            value ->
                Arrays.stream(value.split("\\+", -1))
                    .map(part -> parsed(part).orElseThrow(() -> refused(name, rule)))
                    .toList())
        .orElse(otherwise);
  }

  /**
   * Checks that every option that was given has been asked for.
   *
   * @param kind what messages call the provider, such as {@code pooler}
   * @throws InvalidInputException naming the first that was not, and those that were
   */
  public void refuseUnread(String kind) {
    for (String name : given.keySet()) {
      if (!asked.contains(name)) {
        throw new InvalidInputException(
            "The %s '%s' has no option '%s'; it has %s."
                .formatted(
                    kind, provider, name, asked.isEmpty() ? "none" : String.join(", ", asked)));
      }
    }
  }

  private Optional<String> find(String name) {
    asked.add(name);
    return Optional.ofNullable(given.get(name));
  }

  private static Optional<Double> parsed(String value) {
    try {
      return Optional.of(Double.valueOf(value)).filter(Double::isFinite);
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private InvalidInputException refused(String name, String rule) {
    return new InvalidInputException(
        "The option %s=%s of '%s' must %s."
            .formatted(name, given.getOrDefault(name, ""), provider, rule));
  }
}
