package org.simcse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code simcse new-plugin}: what it writes, and what it refuses. {@code .ci/run} builds and tests
 * the projects as others do.
 */
class NewPluginTest {
  private static final String POOLER =
      ".gitignore README.md pom.xml src/main/java/com/example/nicemean/NiceMeanPoolerProvider.java"
          + " src/main/java/module-info.java"
          + " src/main/resources/META-INF/services/org.simcse.api.spi.PoolerProvider"
          + " src/test/java/com/example/nicemean/NiceMeanPoolerConformanceTest.java";
  private static final String HEAD =
      ".gitignore README.md pom.xml src/main/java/com/example/widehead/WideHeadProvider.java"
          + " src/main/java/module-info.java"
          + " src/main/resources/META-INF/services/org.simcse.api.spi.HeadProvider"
          + " src/test/java/com/example/widehead/WideHeadConformanceTest.java";
  private static final String ENCODER =
      ".gitignore README.md pom.xml src/main/java/com/example/tiny2b/Tiny2bEncoder.java"
          + " src/main/java/com/example/tiny2b/Tiny2bEncoderProvider.java"
          + " src/main/java/module-info.java"
          + " src/main/resources/META-INF/services/org.simcse.api.spi.EncoderProvider"
          + " src/test/java/com/example/tiny2b/Tiny2bEncoderConformanceTest.java"
          + " src/test/python/tiny.py"
          + " src/test/resources/tiny/1_Pooling/config.json src/test/resources/tiny/config.json"
          + " src/test/resources/tiny/expected.npy src/test/resources/tiny/model.safetensors"
          + " src/test/resources/tiny/modules.json src/test/resources/tiny/texts.txt"
          + " src/test/resources/tiny/tokenizer_config.json src/test/resources/tiny/vocab.txt";

  @TempDir private Path folder = Path.of("");

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final StringWriter errors = new StringWriter();

  private int run(String... arguments) {
    List<String> all = new ArrayList<>(List.of("new-plugin"));
    all.addAll(List.of(arguments));
    return Main.run(out, new PrintWriter(errors, true), all.toArray(String[]::new));
  }

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> paths = Files.walk(directory)) {
      return paths.filter(Files::isRegularFile).map(directory::relativize).sorted().toList();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "pooler, nice-mean, " + POOLER,
    "head, wide-head, " + HEAD,
    "encoder, tiny-2b, " + ENCODER
  })
  void aProjectIsWhole(String kind, String name, String expected) throws IOException {
    Path project = folder.resolve("new/project");
    assertThat(run(kind, name, "--directory", project.toString())).as("%s", errors).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("mvn -f %s verify".formatted(project))
        .contains(name);
    assertThat(files(project))
        .map(path -> path.toString().replace('\\', '/'))
        .containsExactly(expected.split(" "));
    for (Path file : files(project)) {
      assertThat(Files.readString(project.resolve(file), StandardCharsets.ISO_8859_1))
          .as("%s", file)
          .doesNotContainPattern("@\\w+@")
          .doesNotContain("${project");
    }
    assertThat(project.resolve("README.md")).content().contains(name).contains("mvn verify");
  }

  @ParameterizedTest
  @ValueSource(strings = {"pooler", "head", "encoder"})
  void theSourcesCompile(String kind) throws IOException {
    Path project = folder.resolve("project");
    assertThat(run(kind, "mine", "--package", "org.own", "--directory", project.toString()))
        .as("%s", errors)
        .isZero();
    List<String> arguments = new ArrayList<>(List.of("--release", "17", "-Xlint:all", "-Werror"));
    arguments.addAll(List.of("-d", folder.resolve("classes").toString()));
    arguments.addAll(List.of("-cp", System.getProperty("java.class.path")));
    arguments.add("-Xlint:-classfile,-path,-processing,-options");
    for (Path file : files(project)) {
      if (file.toString().endsWith(".java") && !file.endsWith("module-info.java")) {
        arguments.add(project.resolve(file).toString());
      }
    }
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(null, said, said, arguments.toArray(String[]::new));
    assertThat(status).as("%s", said).isZero();
    assertThat(folder.resolve("classes/org/own")).isDirectory();
  }

  @Test
  void theTinyModelHasTheBytesOfItsTemplateAndTheNameOfTheEncoder() throws IOException {
    Path project = folder.resolve("project");
    assertThat(run("encoder", "mine", "--directory", project.toString())).isZero();
    Path tiny = project.resolve("src/test/resources/tiny");
    for (String file : List.of("model.safetensors", "expected.npy")) {
      try (InputStream template =
          NewPluginTest.class.getResourceAsStream("newplugin/encoder/tiny/" + file)) {
        assertThat(tiny.resolve(file))
            .hasBinaryContent(Objects.requireNonNull(template).readAllBytes());
      }
    }
    assertThat(tiny.resolve("config.json")).content().contains("\"model_type\": \"mine\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "pooler Mine   | The name 'Mine' must have lower-case letters, digits and single hyphens between them, and begin with a letter, as my-pooler has.",
        "head 2nd      | The name '2nd' must",
        "head a--b     | The name 'a--b' must",
        "head mine-    | The name 'mine-' must",
        "pooler a/b    | The name 'a/b' must",
        "pooler avg    | SimCSE has the pooler 'avg' already; choose another name.",
        "head simcse   | SimCSE has the head 'simcse' already; choose another name.",
        "encoder bert  | SimCSE has the encoder 'bert' already; choose another name.",
        "pooler native | 'com.example.native' is no name of a Java package; choose one with --package, as in --package org.example.mypooler.",
        "head mine --package org..x     | 'org..x' is no name of a Java package",
        "head mine --package org.ex-x   | 'org.ex-x' is no name of a Java package",
        "head mine --package org.été    | 'org.été' is no name of a Java package",
        "head mine --package java.mine  | The package java.mine belongs to others; choose one of your own with --package.",
        "head mine --package org.simcse | The package org.simcse belongs to others",
      })
  void namesThatCannotBeAreRefused(String arguments, String message) {
    Path project = folder.resolve("project");
    assertThat(run((arguments + " --directory " + project).split(" +"))).isEqualTo(2);
    assertThat(errors.toString()).startsWith("simcse: " + message);
    assertThat(out.size()).isZero();
    assertThat(project).doesNotExist();
  }

  @Test
  void aNameOfAnotherKindIsFree() {
    assertThat(run("head", "avg", "--directory", folder.resolve("head").toString())).isZero();
  }

  @Test
  void nothingIsOverwritten() throws IOException {
    Path kept = Files.writeString(folder.resolve("pom.xml"), "mine");
    assertThat(run("pooler", "mine", "--directory", folder.toString())).isEqualTo(2);
    assertThat(errors.toString().strip())
        .isEqualTo(
            "simcse: %s exists; name a new directory with --directory, or move it away."
                .formatted(folder));
    assertThat(files(folder)).containsExactly(kept.getFileName());
    assertThat(kept).hasContent("mine");
  }

  @Test
  void aDirectoryThatCannotBeIsNotBegun() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertThat(run("pooler", "mine", "--directory", file.resolve("project").toString()))
        .isEqualTo(1);
    assertThat(errors.toString()).startsWith("simcse: ").contains("cannot be written");
    assertThat(files(folder)).containsExactly(file.getFileName());
  }
}
