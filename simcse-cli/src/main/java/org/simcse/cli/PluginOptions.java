package org.simcse.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.simcse.api.spi.PluginPath;
import picocli.CommandLine.Option;

/** Options that locate plugins. */
final class PluginOptions {
  @Option(
      names = "--plugin-path",
      paramLabel = "DIR",
      description =
          "Directory of plugin jars; default: plugins/ beside the installation, or $$SIMCSE_PLUGIN_PATH.")
  private Optional<Path> path = Optional.empty();

  /** Returns one layer per plugin. */
  List<ModuleLayer> layers() {
    return path.or(PluginOptions::beside).map(PluginPath::load).orElse(List.of());
  }

  private static Optional<Path> beside() {
    return Optional.ofNullable(System.getProperty("simcse.image"))
        .map(home -> Path.of(home, "plugins"))
        .filter(Files::isDirectory);
  }
}
