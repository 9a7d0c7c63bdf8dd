package org.simcse.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/** The kit, its specification and the names of its tests agree. */
class SpecificationTest {
  @Test
  void everyRuleOfTheSpecificationIsTestedAndEveryTestedRuleIsWritten() throws Exception {
    Set<String> tested =
        kitTests()
            .flatMap(method -> Arrays.stream(method.getAnnotation(Rule.class).value()))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(tested).isEqualTo(written());
  }

  @Test
  void everyTestOfTheKitNamesItsRule() throws Exception {
    assertThat(classes("classes").filter(type -> type.getName().endsWith("Conformance")))
        .isNotEmpty()
        .allSatisfy(
            type ->
                assertThat(testMethods(type))
                    .allSatisfy(
                        method -> assertThat(method.isAnnotationPresent(Rule.class)).isTrue()));
  }

  @Test
  void testClassesAreNamedForWhatTheyAre() throws Exception {
    assertThat(classes("test-classes").filter(SpecificationTest::runs))
        .isNotEmpty()
        .allSatisfy(
            type -> {
              boolean slow = type.isAnnotationPresent(Tag.class);
              boolean conformance =
                  BackendSuite.class.isAssignableFrom(type)
                      || type.getSuperclass().getSimpleName().endsWith("Conformance");
              String ending = slow ? "IT" : conformance ? "ConformanceTest" : "Test";
              assertThat(type.getSimpleName()).endsWith(ending);
            });
  }

  private static boolean runs(Class<?> type) {
    return !type.isMemberClass()
        && !Modifier.isAbstract(type.getModifiers())
        && (BackendSuite.class.isAssignableFrom(type)
            || Stream.<Class<?>>iterate(type, c -> c != null, Class::getSuperclass)
                .anyMatch(c -> testMethods(c).findAny().isPresent()));
  }

  private static Set<String> written() throws IOException {
    String text = Files.readString(root().resolve("docs/specification.md"));
    return Pattern.compile("^\\* \\*\\*([A-Z]-\\d\\d)\\*\\*", Pattern.MULTILINE)
        .matcher(text)
        .results()
        .map((MatchResult match) -> match.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Path root() {
    Path here = Path.of("").toAbsolutePath();
    return Files.isDirectory(here.resolve("docs"))
        ? here
        : java.util.Objects.requireNonNull(here.getParent());
  }

  private static Stream<Method> kitTests() throws Exception {
    return classes("classes").flatMap(SpecificationTest::testMethods);
  }

  private static Stream<Method> testMethods(Class<?> type) {
    return Arrays.stream(type.getDeclaredMethods())
        .filter(
            method ->
                method.isAnnotationPresent(Test.class)
                    || method.isAnnotationPresent(ParameterizedTest.class));
  }

  /** The classes of this module's {@code classes} or {@code test-classes}. */
  static Stream<Class<?>> classes(String folder) throws IOException, URISyntaxException {
    Path own =
        Path.of(
            SpecificationTest.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Path directory = own.resolveSibling(folder);
    List<Class<?>> classes = new ArrayList<>();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".class")).toList()) {
        String name = directory.relativize(file).toString().replace('/', '.');
        if (!name.endsWith("-info.class")) {
          classes.add(load(name.substring(0, name.length() - ".class".length())));
        }
      }
    }
    return classes.stream();
  }

  private static Class<?> load(String name) {
    try {
      return Class.forName(name, false, SpecificationTest.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new AssertionError(name, e);
    }
  }
}
