package org.simcse.djl;

import java.util.Set;
import org.simcse.api.engine.Backend;
import org.simcse.api.engine.BackendConfig;
import org.simcse.api.engine.Capability;
import org.simcse.api.spi.BackendProvider;

/** Provides the backend {@code pytorch}. */
public final class PyTorchBackendProvider implements BackendProvider {
  static final String NAME = "pytorch";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "libtorch, through DJL";
  }

  @Override
  public Set<String> aliases() {
    return Set.of("djl");
  }

  @Override
  public String version() {
    return "PyTorch %s through DJL %s".formatted(Versions.get("libtorch"), Versions.get("engine"));
  }

  @Override
  public Set<Capability> lacks() {
    return Set.of();
  }

  @Override
  public Backend create(BackendConfig config) {
    return new PyTorchBackend(LibTorch.start(config), config);
  }
}
