package org.simcse.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.stream.Collectors;
import org.simcse.api.spi.PluginPath;
import org.simcse.api.spi.Providers;

/**
 * The Maven project of a new plugin, made of templates in {@code newplugin}: what stands there
 * between two {@code @} is replaced.
 *
 * @param kind what the plugin provides
 * @param name the provider's name: lower-case letters, digits and hyphens
 * @param packageName the package of its classes, and the name of its module
 */
record PluginProject(Kind kind, String name, String packageName) {
  private static final Map<String, String> COMMON =
      Map.of(
          "pom.xml", "pom.xml",
          "README.md", "README.md",
          "gitignore", ".gitignore",
          "module-info.java", "src/main/java/module-info.java",
          "services", "src/main/resources/META-INF/services/org.simcse.api.spi.@Kind@Provider",
          "@kind@/Provider.java", "src/main/java/@path@/@Class@Provider.java",
          "@kind@/ConformanceTest.java", "src/test/java/@path@/@Class@ConformanceTest.java");

  private static final Map<String, String> OF_ENCODER =
      Map.of(
          "encoder/Encoder.java", "src/main/java/@path@/@Class@.java",
          "encoder/tiny.py", "src/test/python/tiny.py",
          "encoder/tiny/pooling.json", "src/test/resources/tiny/1_Pooling/config.json");

  /** Those of {@code encoder/tiny} that keep their names. */
  private static final List<String> OF_TINY_MODEL =
      List.of(
          "config.json",
          "expected.npy",
          "model.safetensors",
          "modules.json",
          "texts.txt",
          "tokenizer_config.json",
          "vocab.txt");

  /** What a new plugin can provide. */
  enum Kind {
    POOLER,
    HEAD,
    ENCODER;

    /** Returns whether SimCSE itself has one of this name. */
    boolean has(String name) {
      Providers<?> all =
          switch (this) {
            case POOLER -> Providers.poolers(List.of());
            case HEAD -> Providers.heads(List.of());
            case ENCODER -> Providers.encoders(List.of());
          };
      return all.find(name).isPresent();
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Writes all files.
   *
   * @param folder an existing folder
   */
  void write(Path folder) {
    Map<String, String> values = values();
    try {
      for (Map.Entry<String, String> file : files().entrySet()) {
        Path path = folder.resolve(filled(file.getValue(), values));
        Files.createDirectories(Objects.requireNonNull(path.getParent()));
        String content = filled(template(filled(file.getKey(), values)), values);
        Files.write(path, content.getBytes(StandardCharsets.ISO_8859_1));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns templates and the paths of what is made of them. */
  private Map<String, String> files() {
    Map<String, String> files = new LinkedHashMap<>(COMMON);
    if (kind == Kind.ENCODER) {
      files.putAll(OF_ENCODER);
      OF_TINY_MODEL.forEach(file -> files.put("encoder/tiny/" + file, tinyModel(file)));
    }
    return files;
  }

  private static String tinyModel(String file) {
    return "src/test/resources/tiny/" + file;
  }

  /** Returns what replaces what, in this order: templates within templates come first. */
  private Map<String, String> values() {
    Properties versions = versions();
    Map<String, String> values = new LinkedHashMap<>();
    values.put("usage", template(kind + "/usage.md"));
    values.put("files", template(kind + "/files.md"));
    values.put("name", name);
    values.put("Class", camelCase(name.replaceFirst("-" + kind + "$", "")) + camelCase(kind));
    values.put("kind", kind.toString());
    values.put("Kind", camelCase(kind));
    values.put("package", packageName);
    values.put("path", packageName.replace('.', '/'));
    values.put("prefix", name.replace("-", ""));
    values.put("api", PluginPath.CURRENT_API_VERSION);
    versions.stringPropertyNames().forEach(of -> values.put(of, versions.getProperty(of)));
    return values;
  }

  private static String camelCase(Object hyphenated) {
    return Arrays.stream(hyphenated.toString().split("-", -1))
        .map(word -> word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1))
        .collect(Collectors.joining());
  }

  private static String filled(String template, Map<String, String> values) {
    String text = template;
    for (Map.Entry<String, String> value : values.entrySet()) {
      text = text.replace("@" + value.getKey() + "@", value.getValue());
    }
    return text;
  }

  /** Returns a file of templates, a char per byte: weights among them stay as they are. */
  private static String template(String file) {
    try (InputStream in = resource("newplugin/" + file)) {
      return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Properties versions() {
    Properties versions = new Properties();
    try (InputStream in = resource("versions.properties")) {
      versions.load(in);
      return versions;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InputStream resource(String file) {
    return Objects.requireNonNull(PluginProject.class.getResourceAsStream(file), file);
  }
}
