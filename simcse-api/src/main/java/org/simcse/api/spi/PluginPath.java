package org.simcse.api.spi;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.module.Configuration;
import java.lang.module.FindException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.lang.module.ResolutionException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.simcse.api.error.InvalidInputException;
import org.simcse.api.error.PluginException;

/**
 * Loads the plugins of a directory: each jar in it, and each folder of jars (a plugin with its
 * libraries), becomes a {@link ModuleLayer} with its own class loader.
 *
 * <p>Requires that this project itself runs on the module path; on the class path, put the plugin's
 * jar on the class path instead.
 *
 * @since 0.1.0
 */
public final class PluginPath {
  /** The manifest attribute with the major version of the plugin interface a jar was built for. */
  public static final String API_VERSION = "SimCSE-Api-Version";

  /** The major version of the plugin interface of this build. */
  public static final String CURRENT_API_VERSION = "1";

  /** The jars that a build puts beside a plugin's own. */
  private static final Pattern BESIDE = Pattern.compile("-(sources|javadoc|tests)\\.jar$");

  private PluginPath() {}

  /**
   * Loads the layers of every plugin in a directory, sorted by name.
   *
   * @throws InvalidInputException if there is no such directory, or this project itself is on the
   *     class path
   * @throws PluginException naming the jar, if one of them is not a module, was built for a newer
   *     Java or for another major version of the interface, or needs a module that is missing
   */
  public static List<ModuleLayer> load(Path directory) {
    if (!Files.isDirectory(directory)) {
      throw new InvalidInputException("The plugin path " + directory + " is not a directory.");
    }
    if (!PluginPath.class.getModule().isNamed()) {
      throw new InvalidInputException(
          "The plugins of %s cannot be loaded, because SimCSE itself is on the class path: put their jars there too, each with META-INF/services."
              .formatted(directory));
    }
    return list(directory).stream()
        .filter(path -> Files.isDirectory(path) ? !jars(path).isEmpty() : isJar(path))
        .map(PluginPath::layer)
        .toList();
  }

  private static ModuleLayer layer(Path plugin) {
    List<Path> jars = Files.isDirectory(plugin) ? jars(plugin) : List.of(plugin);
    jars.forEach(PluginPath::checkApiVersion);
    ModuleFinder finder = ModuleFinder.of(jars.toArray(Path[]::new));
    try {
      List<String> roots =
          finder.findAll().stream()
              .map(ModuleReference::descriptor)
              .filter(descriptor -> !descriptor.isAutomatic())
              .map(ModuleDescriptor::name)
              .toList();
      if (roots.isEmpty()) {
        throw new PluginException(
            "The plugin %s is not a module: its jar has no module-info.class."
                .formatted(plugin.getFileName()));
      }
      ModuleLayer parent =
          Optional.ofNullable(PluginPath.class.getModule().getLayer()).orElseGet(ModuleLayer::boot);
      Configuration configuration =
          parent.configuration().resolve(finder, ModuleFinder.of(), roots);
      return parent.defineModulesWithOneLoader(configuration, PluginPath.class.getClassLoader());
    } catch (FindException | ResolutionException | java.lang.LayerInstantiationException e) {
      throw new PluginException(
          "The plugin %s cannot be loaded: %s.".formatted(plugin.getFileName(), reason(e)), e);
    }
  }

  private static String reason(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String message = String.valueOf(root.getMessage());
    return message.contains("Unsupported major.minor version")
        ? "it was built for a newer Java than %s (%s)"
            .formatted(Runtime.version().feature(), message)
        : message;
  }

  private static void checkApiVersion(Path jar) {
    try (JarFile file = new JarFile(jar.toFile())) {
      Manifest manifest = file.getManifest();
      String version = manifest == null ? null : manifest.getMainAttributes().getValue(API_VERSION);
      if (version != null && !version.split("\\.")[0].equals(CURRENT_API_VERSION)) {
        throw new PluginException(
            "The plugin %s was built for version %s of the plugin interface, but this is version %s. Get a build of the plugin for this version."
                .formatted(jar.getFileName(), version, CURRENT_API_VERSION));
      }
    } catch (IOException e) {
      throw new PluginException(
          "The plugin %s cannot be read as a jar: %s.".formatted(jar.getFileName(), e.getMessage()),
          e);
    }
  }

  private static List<Path> jars(Path directory) {
    return list(directory).stream().filter(PluginPath::isJar).toList();
  }

  private static boolean isJar(Path path) {
    String name = path.getFileName().toString();
    return name.endsWith(".jar") && !BESIDE.matcher(name).find();
  }

  private static List<Path> list(Path directory) {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.sorted().collect(Collectors.toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
