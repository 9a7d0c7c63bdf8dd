package org.simcse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.simcse.api.tensor.HostTensor;

/** Plugin jars, right and wrong; what is wrong is one line that names the jar, and exit code 2. */
class PluginIT {
  private static final Path JARS =
      Path.of(System.getProperty("simcse.plugins", "target/plugins")).toAbsolutePath();
  private static final Path ATTENTION = JARS.resolve("attention-pooler.jar");

  @TempDir private Path directory = Path.of("");

  private Path plugins(String... names) throws IOException {
    Path plugins = Files.createDirectories(directory.resolve("plugins"));
    for (String name : names) {
      Files.copy(ATTENTION, plugins.resolve(name));
    }
    return plugins;
  }

  private void assertRefused(Path plugins, String... parts)
      throws IOException, InterruptedException {
    Simcse.Result result =
        Simcse.run("embed", "--plugin-path", plugins.toString(), "--pooler", "attention", "x");
    assertThat(result.message()).contains(parts).startsWith("simcse: ");
    assertThat(result.message().lines()).as("one line").hasSize(1);
    assertThat(result.status()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"pytorch", "tensorflow"})
  void aPoolerInAJarPoolsOnEveryEngine(String backend) throws Exception {
    Path with =
        Models.tinyBert(
            directory,
            tensors -> {
              tensors.put("pooler.query", HostTensor.of(new float[32], 32, 1));
              return tensors;
            });
    String plugins = plugins("attention.jar").toString();
    Simcse.Result attention =
        Simcse.run(
            "embed",
            "--backend",
            backend,
            "--plugin-path",
            plugins,
            "--pooler",
            "attention",
            "--model",
            with.toString(),
            "A man.");
    Simcse.Result mean =
        Simcse.run(
            "embed", "--backend", backend, "--pooler", "avg", "--model", with.toString(), "A man.");
    assertThat(attention.message()).isEmpty();
    assertThat(attention.status()).isZero();
    // A query of zeros gives every token the same weight: the mean.
    assertThat(numbers(attention.out()))
        .hasSize(32)
        .usingComparatorWithPrecision(1e-5)
        .containsExactly(numbers(mean.out()));
  }

  private static double[] numbers(String line) {
    return java.util.Arrays.stream(line.strip().split(" "))
        .mapToDouble(Double::parseDouble)
        .toArray();
  }

  @Test
  void aModelWithoutThePoolersParameterIsRefusedByItsName() throws Exception {
    Simcse.Result result =
        Simcse.run(
            "embed",
            "--plugin-path",
            plugins("attention.jar").toString(),
            "--pooler",
            "attention",
            "--model",
            Models.tinyBert(directory).toString(),
            "x");
    assertThat(result.message()).contains("lacks pooler.query", "allow new parameters");
    assertThat(result.status()).isEqualTo(1);
  }

  @Test
  void thePoolerIsListedWithItsJar() throws Exception {
    Simcse.Result result =
        Simcse.run("poolers", "--plugin-path", plugins("attention.jar").toString());
    assertThat(result.out())
        .containsPattern("attention +the mean over the tokens, weighted .*\\(attention.jar\\)");
  }

  /** Trains a small fresh encoder for two steps, into the directory {@code trained}. */
  private void train(String backend, String plugins, String... options) throws Exception {
    Path texts = Files.writeString(directory.resolve("texts.txt"), "a man\na dog\na bird\na cat\n");
    String output = directory.resolve("trained").toString();
    List<String> words = new ArrayList<>(List.of("train", "--backend", backend));
    words.addAll(List.of("--plugin-path", plugins, "--fresh-encoder", "1x32"));
    words.addAll(List.of("--train-file", texts.toString(), "--batch-size", "4"));
    words.addAll(List.of("--max-steps", "2", "--output", output));
    words.addAll(List.of(options));
    Simcse.Result trained = Simcse.run(words.toArray(String[]::new));
    assertThat(trained.message()).doesNotContain("simcse: ");
    assertThat(trained.status()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"pytorch", "tensorflow"})
  void aModelTrainedWithAPoolersTokensNeedsItsPlugin(String backend) throws Exception {
    String plugins = plugins().toString();
    Files.copy(JARS.resolve("prompt-pooler.jar"), Path.of(plugins, "prompt-pooler.jar"));
    train(backend, plugins, "--pooler", "prompt:template=It is [X]: [MASK].");
    String model = directory.resolve("trained/last").toString();
    Simcse.Result embedded =
        Simcse.run(
            "embed", "--backend", backend, "--plugin-path", plugins, "--model", model, "A man.");
    assertThat(embedded.message()).isEmpty();
    assertThat(numbers(embedded.out())).hasSize(32);
    Simcse.Result without = Simcse.run("embed", "--backend", backend, "--model", model, "A man.");
    assertThat(without.message())
        .contains("There is no pooler named 'prompt'", "the directory that --plugin-path names");
    assertThat(without.status()).isEqualTo(2);
  }

  private String losses() throws IOException {
    Path plugins = plugins();
    Files.copy(JARS.resolve("losses.jar"), plugins.resolve("losses.jar"));
    return plugins.toString();
  }

  @ParameterizedTest
  @ValueSource(strings = {"pytorch", "tensorflow"})
  void aHeadInAJarTrainsOnEveryEngine(String backend) throws Exception {
    String head = "matryoshka:dims=32+16,inner=symmetric";
    train(backend, losses(), "--head", head, "--pooler", "avg", "--log-steps", "1");
    Path output = directory.resolve("trained");
    assertThat(output.resolve("metrics.jsonl"))
        .content()
        .contains("contrastive/32", "contrastive/16");
    // The trained model needs no plugin.
    assertThat(Simcse.run("embed", "--model", output.resolve("last").toString(), "x").status())
        .isZero();
  }

  @Test
  void headsInAJarAreListedBesideTheBuiltIn() throws Exception {
    Simcse.Result result = Simcse.run("heads", "--plugin-path", losses());
    assertThat(result.out())
        .containsPattern("matryoshka +the weighted sum .*\\(losses.jar\\)")
        .containsPattern("simcse +cross entropy .*temperature.*\\(simcse-core.*.jar\\)")
        .containsPattern("symmetric +the mean of simcse's loss .*\\(losses.jar\\)");
  }

  private Path documented() throws IOException {
    return new PluginJar(directory, "example.jar").withServices().write();
  }

  @Test
  void aJarAsDocumentedWorksOnThePluginPath() throws Exception {
    Simcse.Result result =
        Simcse.run("embed", "--plugin-path", documented().toString(), "--pooler", "example", "x");
    assertThat(result.message()).isEmpty();
    assertThat(result.out().split(" ")).hasSize(384);
  }

  @Test
  void aJarAsDocumentedWorksOnTheModulePath() throws Exception {
    Path natives = Simcse.IMAGE.resolve("natives");
    Simcse.Result result =
        Simcse.run(
            Map.of(),
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dsimcse.embedded=" + Simcse.IMAGE.resolve("model"),
                "-DPYTORCH_LIBRARY_PATH=" + natives.resolve("pytorch"),
                "-DRUST_LIBRARY_PATH=" + natives.resolve("tokenizers/libtokenizers.so"),
                "-p",
                Simcse.IMAGE.resolve("modules") + File.pathSeparator + documented(),
                "-m",
                "org.simcse.cli/org.simcse.cli.Main",
                "embed",
                "--pooler",
                "example",
                "x"));
    assertThat(result.status()).as(result.err()).isZero();
    assertThat(result.out().split(" ")).hasSize(384);
  }

  private static final String EMBEDDING =
      """
      public class Program {
        public static void main(String[] arguments) throws Exception {
          if (arguments.length > 0) {
            java.net.URL jar = java.nio.file.Path.of(arguments[0]).toUri().toURL();
            Thread.currentThread()
                .setContextClassLoader(new java.net.URLClassLoader(new java.net.URL[] {jar}));
          }
          try (var simcse = org.simcse.core.SimCse.builder().pooler("example").open()) {
            System.out.println(simcse.embed("a text").length);
          }
        }
      }
      """;

  @Test
  void aJarAsDocumentedWorksOnTheClassPathOfAProgram() throws Exception {
    Path jar = documented().resolve("example.jar");
    JavaProgram program = JavaProgram.of(directory, EMBEDDING);
    Simcse.Result result = program.run(List.of(jar));
    assertThat(result.out().strip()).as(result.err()).endsWith("384");
    assertThat(program.run(List.of()).err())
        .contains("There is no pooler named 'example'", "onto the class path");
  }

  @Test
  void aJarAsDocumentedWorksInTheContextClassLoaderOfAProgram() throws Exception {
    Path jar = documented().resolve("example.jar");
    Simcse.Result result = JavaProgram.of(directory, EMBEDDING).run(List.of(), jar.toString());
    assertThat(result.out().strip()).as(result.err()).endsWith("384");
  }

  @Test
  void aPluginPathOfAProgramOnTheClassPathIsRefusedWithWhatToDo() throws Exception {
    JavaProgram program =
        JavaProgram.of(
            directory,
            """
            public class Program {
              public static void main(String[] arguments) {
                org.simcse.api.spi.PluginPath.load(java.nio.file.Path.of(arguments[0]));
              }
            }
            """);
    assertThat(program.run(List.of(), documented().toString()).err())
        .contains("because SimCSE itself is on the class path: put their jars there too");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "throw new IllegalStateException(\"no licence\");",
        "return null;",
        "return (pass, pooling) -> pooling.states().last();",
        "return (pass, pooling) -> { throw new IndexOutOfBoundsException(); };"
      })
  void aFaultOfAPluginNamesProviderAndJar(String creation) throws Exception {
    Path plugins = new PluginJar(directory, "faulty.jar").creating(creation).write();
    Simcse.Result result =
        Simcse.run("embed", "--plugin-path", plugins.toString(), "--pooler", "example", "x");
    assertThat(result.message())
        .startsWith("simcse: The pooler 'example' of faulty.jar failed when")
        .contains("This is a fault of that jar; report it to its authors.")
        .doesNotContain("defect");
    assertThat(result.message().lines()).hasSize(1);
    assertThat(result.status()).isEqualTo(2);
  }

  @Test
  void twoPluginsOfOneName() throws Exception {
    assertRefused(plugins("a.jar", "b.jar"), "Two poolers are named 'attention'", "a.jar", "b.jar");
  }

  @Test
  void aDirectoryThatIsNotThere() throws Exception {
    assertRefused(directory.resolve("none"), "is not a directory");
  }

  @Test
  void jarsThatABuildPutsBesideThePluginsOwnAreNoPlugins() throws Exception {
    Path plugins = plugins("attention.jar");
    Files.writeString(plugins.resolve("attention-sources.jar"), "not read");
    Files.writeString(plugins.resolve("attention-javadoc.jar"), "not read");
    Simcse.Result result = Simcse.run("poolers", "--plugin-path", plugins.toString());
    assertThat(result.out()).as(result.err()).contains("attention");
  }

  @Test
  void aFileThatIsNoJar() throws Exception {
    Path plugins = plugins();
    Files.writeString(plugins.resolve("broken.jar"), "this is no jar");
    assertRefused(plugins, "broken.jar");
  }

  @Test
  void aJarThatIsNoModule() throws Exception {
    assertRefused(
        new PluginJar(directory, "plain.jar").withoutModule().write(), "plain.jar is not a module");
  }

  @Test
  void aJarOfAnotherMajorVersionOfTheInterface() throws Exception {
    assertRefused(
        new PluginJar(directory, "future.jar").apiVersion("2.0").write(),
        "future.jar was built for version 2.0 of the plugin interface, but this is version 1");
  }

  @Test
  void aJarBuiltForANewerJava() throws Exception {
    assertRefused(
        new PluginJar(directory, "newer.jar").classFileVersion(99).write(),
        "newer.jar",
        "newer Java");
    assertRefused(
        new PluginJar(directory, "newer.jar").classFileVersion(99).onlyClasses().write(),
        "newer.jar");
  }

  @Test
  void aProviderThatThrowsWhenItIsMade() throws Exception {
    assertRefused(
        new PluginJar(directory, "throwing.jar").throwing("the licence has run out").write(),
        "throwing.jar",
        "the licence has run out");
  }
}
