package org.simcse.djl;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * The versions used in the build. DJL could report its own, but asking it starts the engine, which
 * sends telemetry.
 */
final class Versions {
  private static final Properties ALL = read();

  private Versions() {}

  static String get(String what) {
    return ALL.getProperty(what, "unknown");
  }

  private static Properties read() {
    Properties properties = new Properties();
    try (InputStream in = Versions.class.getResourceAsStream("versions.properties")) {
      if (in != null) {
        properties.load(in);
      }
      return properties;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
