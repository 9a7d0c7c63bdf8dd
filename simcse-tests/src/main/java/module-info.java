import org.simcse.api.spi.BackendProvider;
import org.simcse.tests.reference.ReferenceBackendProvider;

/**
 * The conformance kit for backends, poolers and gathers, and the backend {@code reference}.
 *
 * @provides org.simcse.api.spi.BackendProvider
 */
module org.simcse.tests {
  requires static org.jspecify;
  requires transitive org.simcse.api;

  provides BackendProvider with
      ReferenceBackendProvider;
}
