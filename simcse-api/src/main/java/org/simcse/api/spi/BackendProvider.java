package org.simcse.api.spi;

import org.simcse.api.engine.Backend;
import org.simcse.api.engine.BackendConfig;
import org.simcse.api.engine.Capability;

/** Starts an engine. */
public interface BackendProvider extends Provider {
  /** The version of the engine, known without loading native code. */
  String version();

  /** What the engine refuses. */
  java.util.Set<Capability> lacks();

  /**
   * Loads the native libraries and starts the engine; the caller closes it.
   *
   * @throws org.simcse.api.error.BackendException if a native library is missing (the message names
   *     the dependency to add) or the wanted device is not usable
   */
  Backend create(BackendConfig config);

  /**
   * The same with options of the engine's own, as in {@code --backend mine:streams=2}. Engines
   * without options leave this as it is.
   *
   * @throws org.simcse.api.error.InvalidInputException if an option makes no sense
   */
  default Backend create(BackendConfig config, Options options) {
    return create(config);
  }
}
