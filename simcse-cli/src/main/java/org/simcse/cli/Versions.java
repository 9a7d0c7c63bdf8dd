package org.simcse.cli;

import java.util.Objects;
import picocli.CommandLine.IVersionProvider;

/** Reads the version from the jar's manifest. */
final class Versions implements IVersionProvider {
  @Override
  public String[] getVersion() {
    String version =
        Objects.requireNonNullElse(
            Main.class.getPackage().getImplementationVersion(), "development");
    return new String[] {"simcse " + version + " on Java " + Runtime.version()};
  }
}
