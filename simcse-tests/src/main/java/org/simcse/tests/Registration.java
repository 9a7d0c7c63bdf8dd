package org.simcse.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/** How a plugin's jar declares its providers. */
final class Registration {
  private static final String MODULE_INFO = "module-info.class";

  private Registration() {}

  /**
   * Checks that the jar or folder of a provider names it in {@code module-info} and in {@code
   * META-INF/services}, or, as that of a test does, in neither.
   */
  static void check(Class<?> service, Object provider) {
    String name = provider.getClass().getName();
    boolean modular = provided(service, provider.getClass());
    String file = "META-INF/services/" + service.getName();
    boolean listed = lines(own(provider.getClass(), file)).contains(name);
    assertThat(listed)
        .as(
            "%s names %s, as the provides of module-info.java %s: a class path has only the former, a module path and a directory of plugins only the latter",
            file, name, modular ? "does" : "does not")
        .isEqualTo(modular);
  }

  private static boolean provided(Class<?> service, Class<?> provider) {
    for (URL descriptor : own(provider, MODULE_INFO)) {
      try (InputStream in = descriptor.openStream()) {
        return ModuleDescriptor.read(in).provides().stream()
            .anyMatch(
                provides ->
                    provides.service().equals(service.getName())
                        && provides.providers().contains(provider.getName()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return false;
  }

  /** Returns the files of that name in the same jar or folder as a class. */
  private static List<URL> own(Class<?> type, String file) {
    String location = type.getProtectionDomain().getCodeSource().getLocation().toString();
    ClassLoader loader = Objects.requireNonNull(type.getClassLoader());
    try {
      return Collections.list(loader.getResources(file)).stream()
          .filter(url -> url.toString().replaceFirst("^jar:", "").startsWith(location))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> lines(List<URL> files) {
    List<String> lines = new ArrayList<>();
    for (URL file : files) {
      try (InputStream in = file.openStream()) {
        new String(in.readAllBytes(), StandardCharsets.UTF_8)
            .lines()
            .map(line -> line.replaceFirst("#.*", "").strip())
            .forEach(lines::add);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return lines;
  }
}
