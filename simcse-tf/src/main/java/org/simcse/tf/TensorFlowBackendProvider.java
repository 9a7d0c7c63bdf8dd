package org.simcse.tf;

import java.util.Set;
import org.simcse.api.engine.Backend;
import org.simcse.api.engine.BackendConfig;
import org.simcse.api.engine.Capability;
import org.simcse.api.spi.BackendProvider;

/** Starts {@code tensorflow}, also called {@code tf}. */
public final class TensorFlowBackendProvider implements BackendProvider {
  static final String NAME = "tensorflow";

  /** The release of TensorFlow inside TensorFlow Java 1.1.0; asking the library would load it. */
  private static final String VERSION = "2.18.0";

  /** A session keeps nothing between two runs. */
  static final Set<Capability> LACKS = Set.of(Capability.TAPES);

  /** For the service loader. */
  public TensorFlowBackendProvider() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "TensorFlow, through TensorFlow Java";
  }

  @Override
  public Set<String> aliases() {
    return Set.of("tf");
  }

  @Override
  public String version() {
    return VERSION;
  }

  @Override
  public Set<Capability> lacks() {
    return LACKS;
  }

  @Override
  public Backend create(BackendConfig config) {
    return NativeRuntime.start(() -> new TensorFlowBackend(config));
  }
}
