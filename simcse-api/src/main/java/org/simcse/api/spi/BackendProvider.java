package org.simcse.api.spi;

import org.simcse.api.engine.Backend;
import org.simcse.api.engine.BackendConfig;
import org.simcse.api.engine.Capability;

/**
 * Starts an engine.
 *
 * @since 0.1.0
 */
public interface BackendProvider extends Provider {
  /** Returns the version of the engine, without loading native code. */
  String version();

  /** Returns the capabilities that the engine lacks. */
  java.util.Set<Capability> lacks();

  /**
   * Loads the native libraries and starts the engine; the caller closes it.
   *
   * @throws org.simcse.api.error.BackendException if a native library is missing (the message names
   *     the dependency to add) or the requested device is not usable
   */
  Backend create(BackendConfig config);

  /**
   * Does the same with engine-specific options, as in {@code --backend mine:streams=2}. Engines
   * without options need not override this.
   *
   * @throws org.simcse.api.error.InvalidInputException if an option is invalid
   */
  default Backend create(BackendConfig config, Options options) {
    return create(config);
  }
}
