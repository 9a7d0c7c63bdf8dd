package org.simcse.cli;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/** Compiles a small pooler plugin and packs it, in ways that may be wrong. */
final class PluginJar {
  private final Path directory;
  private final String name;
  private String apiVersion = "1";
  private boolean module = true;
  private int classFileVersion;
  private boolean onlyClasses;
  private String construction = "";

  PluginJar(Path directory, String name) {
    this.directory = directory;
    this.name = name;
  }

  PluginJar withoutModule() {
    module = false;
    return this;
  }

  PluginJar apiVersion(String version) {
    apiVersion = version;
    return this;
  }

  /** Claims in the class files that they are of a version that no JVM here knows. */
  PluginJar classFileVersion(int version) {
    classFileVersion = version;
    return this;
  }

  /** Leaves the module descriptor as it is. */
  PluginJar onlyClasses() {
    onlyClasses = true;
    return this;
  }

  PluginJar throwing(String message) {
    construction = "throw new IllegalStateException(\"" + message + "\");";
    return this;
  }

  /** The directory with the jar. */
  Path write() throws IOException {
    Path work = Files.createTempDirectory(directory, "plugin");
    Path classes = Files.createDirectory(work.resolve("classes"));
    compile(work, classes);
    Path plugins = Files.createDirectory(work.resolve("plugins"));
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().putValue("SimCSE-Api-Version", apiVersion);
    try (OutputStream out = Files.newOutputStream(plugins.resolve(name));
        JarOutputStream jar = new JarOutputStream(out, manifest);
        Stream<Path> files = Files.walk(classes)) {
      files
          .filter(Files::isRegularFile)
          .forEach(file -> add(jar, classes.relativize(file).toString(), file));
    }
    return plugins;
  }

  private void add(JarOutputStream jar, String entry, Path file) {
    try {
      byte[] bytes = Files.readAllBytes(file);
      if (classFileVersion > 0 && !(onlyClasses && entry.equals("module-info.class"))) {
        bytes[7] = (byte) classFileVersion; // the low byte of the major version
      }
      jar.putNextEntry(new JarEntry(entry));
      jar.write(bytes);
      jar.closeEntry();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void compile(Path work, Path classes) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("--release", "17", "-d", classes.toString()));
    String modules = Simcse.IMAGE.resolve("modules").toString();
    if (module) {
      arguments.addAll(List.of("-p", modules));
      Path descriptor =
          Files.writeString(
              work.resolve("module-info.java"),
              "module example { requires org.simcse.api; provides org.simcse.api.spi.PoolerProvider with example.Example; }");
      arguments.add(descriptor.toString());
    } else {
      try (Stream<Path> jars = Files.list(Path.of(modules))) {
        arguments.addAll(
            List.of(
                "-cp", jars.map(Path::toString).collect(Collectors.joining(File.pathSeparator))));
      }
    }
    Path source = Files.createDirectories(work.resolve("example")).resolve("Example.java");
    Files.writeString(
        source,
        """
        package example;

        public final class Example implements org.simcse.api.spi.PoolerProvider {
          public Example() { %s }
          public String name() { return "example"; }
          public String description() { return "an example"; }
          public org.simcse.api.Pooler create(org.simcse.api.spi.ModelContext model, org.simcse.api.spi.Options options) {
            return (pass, pooling) -> pooling.states().firstToken();
          }
        }
        """
            .formatted(construction));
    arguments.add(source.toString());
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    int status = compiler.run(null, null, null, arguments.toArray(String[]::new));
    if (status != 0) {
      throw new IllegalStateException("The plugin does not compile: " + arguments);
    }
  }
}
