package org.simcse.tests.reference;

import java.util.Set;
import org.simcse.api.engine.Backend;
import org.simcse.api.engine.BackendConfig;
import org.simcse.api.engine.Capability;
import org.simcse.api.engine.DeviceKind;
import org.simcse.api.engine.Precision;
import org.simcse.api.error.BackendException;
import org.simcse.api.error.UnsupportedCapabilityException;
import org.simcse.api.spi.BackendProvider;

/**
 * Provides the backend {@code reference}.
 *
 * @since 0.1.0
 */
public final class ReferenceBackendProvider implements BackendProvider {
  static final String NAME = "reference";
  static final Set<Capability> LACKS = Set.of(Capability.BFLOAT16);

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "the oracle of the conformance kit";
  }

  @Override
  public String version() {
    return "pure Java, double precision";
  }

  @Override
  public Set<Capability> lacks() {
    return LACKS;
  }

  @Override
  public Backend create(BackendConfig config) {
    if (config.device() == DeviceKind.GPU) {
      throw new BackendException(
          "The backend 'reference' finds no usable GPU: it computes on the CPU alone. Use the setting device=cpu.");
    }
    if (config.precision() == Precision.BF16) {
      throw new UnsupportedCapabilityException(
          NAME,
          Capability.BFLOAT16.name(),
          "Use the setting precision=fp32, or choose another backend.");
    }
    return new ReferenceBackend(config, false);
  }

  /**
   * Creates the backend with other gradients: for each parameter, the sum of the magnitudes of the
   * contributions whose sum is the gradient. The rounding error of a sum is proportional to it,
   * however much cancels.
   */
  public static Backend summands(BackendConfig config) {
    return new ReferenceBackend(config, true);
  }
}
