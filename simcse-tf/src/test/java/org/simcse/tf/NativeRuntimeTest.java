package org.simcse.tf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.simcse.api.engine.Backend;
import org.simcse.api.engine.BackendConfig;

class NativeRuntimeTest {
  private static final String NATIVE_JAR = "tensorflow-core-native-[0-9.]+-.+\\.jar";

  @Test
  void withoutTheNativeJarTheMessageNamesTheDependencyToAdd() throws Exception {
    assertThat(start(path -> !path.getFileName().toString().matches(NATIVE_JAR)))
        .startsWith("BackendException: The native library of TensorFlow does not load")
        .contains("org.tensorflow:tensorflow-core-native:1.1.0 with the classifier ");
  }

  @Test
  void aHealthyStartWritesNothing() throws Exception {
    assertThat(start(path -> true)).isEmpty();
  }

  /** What another JVM writes that starts the backend from the class path. */
  private static String start(Predicate<Path> wanted) throws Exception {
    String modules = System.getProperty("jdk.module.path", "");
    String classes = System.getProperty("java.class.path", "");
    String path =
        Stream.concat(
                Stream.of("target/classes", "target/test-classes"),
                Arrays.stream((modules + File.pathSeparator + classes).split(File.pathSeparator)))
            .filter(entry -> !entry.isEmpty() && wanted.test(Path.of(entry)))
            .distinct()
            .collect(Collectors.joining(File.pathSeparator));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    if (Runtime.version().feature() >= 24) { // which warns of native code unless told
      command.add("--enable-native-access=ALL-UNNAMED");
      command.add("--sun-misc-unsafe-memory-access=allow");
    }
    command.addAll(List.of("-cp", path, Start.class.getName()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    process.waitFor();
    return output;
  }

  /** Starts the backend, computes, and writes what goes wrong. */
  static final class Start {
    private Start() {}

    /** Takes no arguments. */
    public static void main(String[] arguments) {
      BackendConfig config = BackendConfig.defaults().withThreads(1);
      try (Backend backend = new TensorFlowBackendProvider().create(config)) {
        backend.compile(new ToyModel(0), ToyModel.INFERENCE).run(ToyModel.batch(1, 1));
      } catch (RuntimeException e) {
        System.out.println(e.getClass().getSimpleName() + ": " + e.getMessage());
      }
    }
  }
}
