package org.simcse.tests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.simcse.api.spi.BackendProvider;

/** Calls every method of a provider that must not start it, and prints the libraries loaded. */
final class NativeCodeProbe {
  private NativeCodeProbe() {}

  /**
   * Prints one library per line.
   *
   * @param arguments the name of the provider's class
   */
  public static void main(String[] arguments) throws ReflectiveOperationException, IOException {
    Set<String> before = libraries();
    BackendProvider provider =
        Class.forName(arguments[0])
            .asSubclass(BackendProvider.class)
            .getConstructor()
            .newInstance();
    provider.name();
    provider.aliases();
    provider.version();
    provider.lacks();
    Set<String> loaded = libraries();
    loaded.removeAll(before);
    // The JDK loads its own as it needs them, for files and sockets.
    loaded.removeIf(library -> library.startsWith(System.getProperty("java.home")));
    loaded.forEach(System.out::println);
  }

  private static Set<String> libraries() throws IOException {
    try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
      return maps.filter(line -> line.contains(".so"))
          .map(line -> line.substring(line.indexOf('/')))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }
}
