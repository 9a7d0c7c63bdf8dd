import org.simcse.api.spi.BackendProvider;
import org.simcse.djl.PyTorchBackendProvider;

/**
 * The backend {@code pytorch}: PyTorch through DJL.
 *
 * @provides org.simcse.api.spi.BackendProvider
 */
module org.simcse.djl {
  requires ai.djl.api;
  requires ai.djl.pytorch_engine;
  // Automatic modules do not pull in the explicit modules that they need.
  requires com.google.gson;
  requires org.simcse.api;
  requires org.slf4j;
  requires static org.jspecify;

  provides BackendProvider with
      PyTorchBackendProvider;
}
