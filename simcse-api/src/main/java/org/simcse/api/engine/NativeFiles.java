package org.simcse.api.engine;

import java.nio.file.Path;

/**
 * Where native libraries are unpacked from their jars on first use: where the libraries choose, in
 * the user's home directory, or below the directory that the system property {@code simcse.home}
 * names.
 *
 * @since 0.1.0
 */
public final class NativeFiles {
  /** The system property that names a directory for all that is unpacked. */
  public static final String HOME = "simcse.home";

  private NativeFiles() {}

  /**
   * Sets a system property, by which a library is told where to unpack, to a folder of {@link
   * #HOME}. Does nothing without one, or if the property or an environment variable of the same
   * name is set. To be called before the library's first class is initialized.
   *
   * @param property such as {@code org.bytedeco.javacpp.cachedir}
   * @param folder the name of the folder
   */
  public static void place(String property, String folder) {
    String home = System.getProperty(HOME, "");
    if (!home.isEmpty()
        && System.getProperty(property) == null
        && System.getenv(property) == null) {
      System.setProperty(property, Path.of(home, folder).toAbsolutePath().toString());
    }
  }
}
