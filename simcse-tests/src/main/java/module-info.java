import org.simcse.api.spi.BackendProvider;
import org.simcse.tests.reference.ReferenceBackendProvider;

/**
 * The conformance kit for backends, poolers, heads and gathers, and the backend {@code reference}.
 *
 * @provides org.simcse.api.spi.BackendProvider
 */
module org.simcse.tests {
  requires com.fasterxml.jackson.databind;
  requires org.assertj.core;
  requires static org.jspecify;
  requires transitive org.junit.jupiter.api;
  requires transitive org.junit.jupiter.params;
  requires transitive org.simcse.api;
  requires org.simcse.core;

  exports org.simcse.tests;
  exports org.simcse.tests.golden;
  exports org.simcse.tests.ops;

  provides BackendProvider with
      ReferenceBackendProvider;
}
