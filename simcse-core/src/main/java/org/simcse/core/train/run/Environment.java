package org.simcse.core.train.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.simcse.api.engine.Backend;
import org.simcse.api.spi.BackendProvider;

/** What the results of a run depend on in addition to its configuration. */
public final class Environment {
  /** The name of the number of ranks. */
  public static final String RANKS = "ranks";

  private Environment() {}

  /**
   * Returns the engine and its version, device, threads, ranks, processor, operating system, Java
   * and SimCSE.
   */
  public static Map<String, String> of(
      BackendProvider provider, Backend backend, int threads, int ranks) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("engine", provider.name() + " " + provider.version());
    facts.put("device", backend.device().kind() + " " + backend.device().description());
    facts.put("threads", String.valueOf(threads));
    facts.put(RANKS, String.valueOf(ranks));
    facts.put("cpu", cpu());
    facts.put("os", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    facts.put("java", Runtime.version().toString());
    String version = Environment.class.getPackage().getImplementationVersion();
    facts.put("simcse", version == null ? "unknown" : version);
    return facts;
  }

  /** Returns the processor's name, if the system reports it. */
  private static String cpu() {
    Path file = Path.of("/proc/cpuinfo");
    if (!Files.isReadable(file)) {
      return System.getProperty("os.arch");
    }
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(System.getProperty("os.arch"));
    } catch (IOException e) {
      return System.getProperty("os.arch");
    }
  }
}
