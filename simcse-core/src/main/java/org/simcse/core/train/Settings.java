package org.simcse.core.train;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.simcse.api.error.InvalidInputException;

/**
 * The settings of {@link TrainingConfig} by name, from which flags, YAML keys and documentation are
 * generated.
 *
 * @since 0.1.0
 */
public final class Settings {
  private Settings() {}

  /**
   * The description of a setting.
   *
   * @param name the name, in kebab case
   * @param type the type of its values, without {@code Optional}
   * @param description the description, one sentence
   * @param defaultValue the default, as written on a command line; empty if there is none
   */
  public record Description(String name, Class<?> type, String description, String defaultValue) {
    /** Returns the allowed values, if they are enumerable. */
    public List<String> choices() {
      return type.isEnum()
          ? Arrays.stream(type.getEnumConstants()).map(value -> written(value)).toList()
          : List.of();
    }

    /** Returns whether the setting is boolean. */
    public boolean isSwitch() {
      return type == boolean.class || type == Boolean.class;
    }
  }

  /** Returns all settings, in order. */
  public static List<Description> all() {
    return Arrays.stream(TrainingSettings.class.getRecordComponents())
        .map(
            component ->
                new Description(
                    name(component),
                    type(component),
                    setting(component).value(),
                    setting(component).defaultValue()))
        .toList();
  }

  /**
   * Returns a configuration with these values and defaults for absent settings.
   *
   * @throws InvalidInputException if a name is unknown, or a value is invalid for its setting
   */
  static TrainingSettings config(Map<String, String> values) {
    requireKnown(values.keySet());
    RecordComponent[] components = TrainingSettings.class.getRecordComponents();
    @Nullable Object[] arguments = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      arguments[i] = argument(components[i], values.get(name(components[i])));
    }
    return create(components, arguments);
  }

  /**
   * Requires that all names are settings.
   *
   * @throws InvalidInputException if one of them is not
   */
  static void requireKnown(Set<String> names) {
    Set<String> unknown = new TreeSet<>(names);
    all().forEach(setting -> unknown.remove(setting.name()));
    if (!unknown.isEmpty()) {
      throw new InvalidInputException(
          "There is no setting %s. Settings are: %s."
              .formatted(
                  String.join(", ", unknown),
                  String.join(", ", all().stream().map(Description::name).toList())));
    }
  }

  private static Object argument(RecordComponent component, @Nullable String given) {
    String text = given == null ? setting(component).defaultValue() : given;
    if (component.getType() != Optional.class) {
      return parsed(name(component), type(component), text);
    }
    return text.isEmpty()
        ? Optional.empty()
        : Optional.of(parsed(name(component), type(component), text));
  }

  private static TrainingSettings create(
      RecordComponent[] components, @Nullable Object[] arguments) {
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      return TrainingSettings.class.getDeclaredConstructor(types).newInstance(arguments);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof InvalidInputException refused) {
        throw refused;
      }
      throw new IllegalStateException(e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns the values that are set, in order. */
  static Map<String, String> values(TrainingSettings config) {
    Map<String, String> values = new LinkedHashMap<>();
    for (RecordComponent component : TrainingSettings.class.getRecordComponents()) {
      try {
        Object value = component.getAccessor().invoke(config);
        if (value instanceof Optional<?> optional) {
          optional.ifPresent(present -> values.put(name(component), written(present)));
        } else {
          values.put(name(component), written(Objects.requireNonNull(value)));
        }
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(e);
      }
    }
    return values;
  }

  private static Setting setting(RecordComponent component) {
    return Objects.requireNonNull(component.getAnnotation(Setting.class));
  }

  private static String name(RecordComponent component) {
    return component.getName().replaceAll("(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
  }

  private static Class<?> type(RecordComponent component) {
    Type type =
        component.getGenericType() instanceof ParameterizedType optional
            ? optional.getActualTypeArguments()[0]
            : component.getType();
    return (Class<?>) type;
  }

  private static String written(Object value) {
    return value instanceof Enum<?> choice
        ? choice.name().toLowerCase(Locale.ROOT).replace('_', '-')
        : value.toString();
  }

  private static Object parsed(String setting, Class<?> type, String text) {
    boolean isSwitch = type == boolean.class || type == Boolean.class;
    try {
      if (type == String.class) {
        return text;
      } else if (type == Path.class) {
        return Path.of(text);
      } else if (type == int.class || type == Integer.class) {
        return Integer.valueOf(text);
      } else if (type == long.class || type == Long.class) {
        return Long.valueOf(text);
      } else if (type == double.class || type == Double.class) {
        return Double.valueOf(text);
      } else if (isSwitch && (text.equals("true") || text.equals("false"))) {
        return Boolean.valueOf(text);
      }
    } catch (NumberFormatException e) {
      throw refused(setting, text, "a number", e);
    }
    if (isSwitch) {
      throw refused(setting, text, "true or false", null);
    }
    return Arrays.stream(type.getEnumConstants())
        .filter(choice -> written(choice).equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                refused(
                    setting,
                    text,
                    "one of "
                        + String.join(
                            ", ",
                            Arrays.stream(type.getEnumConstants()).map(Settings::written).toList()),
                    null));
  }

  private static InvalidInputException refused(
      String setting, String text, String wanted, @Nullable Throwable cause) {
    return new InvalidInputException(
        "The setting %s is '%s', but it must be %s.".formatted(setting, text, wanted), cause);
  }
}
