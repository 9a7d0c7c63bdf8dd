package org.simcse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Compares each module's face with the committed {@code module-description.txt} beside its pom, so
 * that a new export, dependency or provider shows up in review.
 */
class ModuleDescriptionsTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final String MODULE_INFO = "target/classes/module-info.class";

  /** What has been built: all modules in a full build, else this one and those it needs. */
  static List<Path> builtModules() throws IOException {
    try (Stream<Path> folders = Files.walk(ROOT, 2)) {
      return folders.filter(folder -> Files.exists(folder.resolve(MODULE_INFO))).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("builtModules")
  void theModuleIsWhatItsDescriptionSays(Path module) throws IOException {
    String actual = describe(descriptor(module));
    Path golden = module.resolve("module-description.txt");
    Path found = Files.writeString(module.resolve("target/module-description.txt"), actual);

    assertThat(Files.exists(golden) ? Files.readString(golden) : "")
        .as("If the change is meant: cp %s %s", found, golden)
        .isEqualToNormalizingNewlines(actual);
  }

  @ParameterizedTest
  @MethodSource("builtModules")
  void packagesBeginWithTheNameOfTheirModule(Path module) {
    ModuleDescriptor descriptor = descriptor(module);

    assertThat(descriptor.packages())
        .allSatisfy(name -> assertThat(name + ".").startsWith(descriptor.name() + "."));
  }

  @ParameterizedTest
  @MethodSource("builtModules")
  void classPathUsersFindTheProvidersThatTheModuleProvides(Path module) {
    for (ModuleDescriptor.Provides provides : descriptor(module).provides()) {
      assertThat(module.resolve("target/classes/META-INF/services").resolve(provides.service()))
          .hasContent(String.join("\n", provides.providers()));
    }
  }

  @Test
  void theModulesThatTheCommandLineNeedsAreAmongThem() throws IOException {
    assertThat(builtModules().stream().map(module -> module.getFileName().toString()))
        .contains("simcse-api", "simcse-core", "simcse-djl", "simcse-tf", "simcse-cli");
  }

  private static ModuleDescriptor descriptor(Path module) {
    try (InputStream in = Files.newInputStream(module.resolve(MODULE_INFO))) {
      return ModuleDescriptor.read(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String describe(ModuleDescriptor module) {
    Set<String> lines = new TreeSet<>();
    module.requires().forEach(r -> lines.add(line("requires", r.modifiers(), r.name())));
    module
        .exports()
        .forEach(e -> lines.add(line("exports", e.modifiers(), e.source()) + to(e.targets())));
    module
        .opens()
        .forEach(o -> lines.add(line("opens", o.modifiers(), o.source()) + to(o.targets())));
    module.uses().forEach(service -> lines.add("uses " + service));
    module
        .provides()
        .forEach(
            p -> p.providers().forEach(by -> lines.add("provides " + p.service() + " by " + by)));
    return "module " + module.name() + "\n" + String.join("\n", lines) + "\n";
  }

  private static String line(String keyword, Collection<?> modifiers, String name) {
    return Stream.concat(
            Stream.concat(
                Stream.of(keyword),
                modifiers.stream().map(m -> m.toString().toLowerCase(Locale.ROOT)).sorted()),
            Stream.of(name))
        .collect(Collectors.joining(" "));
  }

  private static String to(Set<String> targets) {
    return targets.isEmpty() ? "" : " to " + String.join(" ", new TreeSet<>(targets));
  }
}
