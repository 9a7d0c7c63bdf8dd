package org.simcse.api.spi;

import java.util.Set;
import org.simcse.api.engine.Backend;
import org.simcse.api.engine.BackendConfig;
import org.simcse.api.engine.Capability;

/** A backend's provider with the options that a user gave it. */
record ChosenBackend(Providers<BackendProvider> backends, Options options)
    implements BackendProvider {
  private BackendProvider provider() {
    return backends.get(options.provider());
  }

  @Override
  public String name() {
    return provider().name();
  }

  @Override
  public String description() {
    return provider().description();
  }

  @Override
  public Set<String> aliases() {
    return provider().aliases();
  }

  @Override
  public String version() {
    return provider().version();
  }

  @Override
  public Set<Capability> lacks() {
    return provider().lacks();
  }

  @Override
  public Backend create(BackendConfig config) {
    return backends.create(options, provider -> provider.create(config, options));
  }
}
