package org.simcse.api.spi;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.simcse.api.error.InvalidInputException;

/**
 * A provider's name and the options that the user wrote after it, as in {@code attention:heads=4}.
 *
 * <p>Every getter records that its option was read, whether it was given or not. Options that were
 * never read are then rejected, so that a misspelt option is an error and never silently a default:
 * {@link Providers#create} does this for all providers. A malformed or out-of-range option is an
 * {@link InvalidInputException} that names it.
 *
 * <p>Immutable except for that record; confined to one thread.
 *
 * @since 0.1.0
 */
public final class Options {
  private final String provider;
  private final Map<String, String> given;
  private final Set<String> asked;
  private final Predicate<String> passedOn;

  private Options(
      String provider, Map<String, String> given, Set<String> asked, Predicate<String> passedOn) {
    this.provider = provider;
    this.given = Collections.unmodifiableMap(new LinkedHashMap<>(given));
    this.asked = asked;
    this.passedOn = passedOn;
  }

  /**
   * Parses {@code name} or {@code name:option=value,option=value}.
   *
   * @throws InvalidInputException if an option does not have the form option=value, or is given
   *     twice
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

  /** Returns options given as a map rather than as text. */
  public static Options of(String provider, Map<String, String> given) {
    return new Options(provider, given, new LinkedHashSet<>(), name -> true);
  }

  /** Returns a provider's name without options. */
  public static Options of(String provider) {
    return of(provider, Map.of());
  }

  /** Returns the name, or an alias, of the provider. */
  public String provider() {
    return provider;
  }

  /** Returns all options as they were written, in order; this does not count as reading them. */
  public Map<String, String> given() {
    return given;
  }

  /**
   * Returns these options without some, for another provider that this one builds on; an option
   * that either provider reads counts as read, except those not passed on.
   */
  public Options without(String... names) {
    return part(name -> !List.of(names).contains(name));
  }

  /** Returns only the named options, with the same record of reads. */
  public Options only(String... names) {
    return part(name -> List.of(names).contains(name));
  }

  private Options part(Predicate<String> chosen) {
    Map<String, String> rest = new LinkedHashMap<>(given);
    rest.keySet().removeIf(chosen.negate());
    return new Options(provider, rest, asked, passedOn.and(chosen));
  }

  /** Returns whether an option was given. */
  public boolean has(String name) {
    return find(name).isPresent();
  }

  /** Returns an option as it was written. */
  public String text(String name, String otherwise) {
    return find(name).orElse(otherwise);
  }

  /** Returns an option that must be one of the given words. */
  public String choice(String name, String otherwise, List<String> words) {
    String value = text(name, otherwise);
    if (!words.contains(value)) {
      throw refused(name, "be one of " + String.join(", ", words));
    }
    return value;
  }

  /**
   * Returns an option that must be an integer.
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

  /** Returns an option that must be a finite number. */
  public double number(String name, double otherwise) {
    return find(name)
        .map(value -> parsed(value).orElseThrow(() -> refused(name, "be a finite number")))
        .orElse(otherwise);
  }

  /**
   * Returns an option that must be a finite number from {@code least} to {@code most}, inclusive.
   */
  public double number(String name, double otherwise, double least, double most) {
    double value = number(name, otherwise);
    if (!(value >= least && value <= most)) {
      throw refused(name, "be at least %s and at most %s".formatted(least, most));
    }
    return value;
  }

  /** Returns an option that must be a finite number above 0. */
  public double positive(String name, double otherwise) {
    double value = number(name, otherwise);
    if (!(value > 0)) {
      throw refused(name, "be above 0");
    }
    return value;
  }

  /**
   * Returns an option that must be a list of finite numbers separated by plus signs, as in 384+192.
   */
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
   * Checks that every given option has been read.
   *
   * @param kind the kind of provider in messages, such as {@code pooler}
   * @throws InvalidInputException naming the first option that was not read, and those that were
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
    if (passedOn.test(name)) {
      asked.add(name);
    }
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
