import org.simcse.api.spi.BackendProvider;
import org.simcse.api.spi.ExporterProvider;
import org.simcse.djl.PyTorchBackendProvider;
import org.simcse.djl.TorchScriptExporterProvider;

/**
 * The backend {@code pytorch}: PyTorch through DJL; and its programs as files.
 *
 * @provides org.simcse.api.spi.BackendProvider
 * @provides org.simcse.api.spi.ExporterProvider
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
  provides ExporterProvider with
      TorchScriptExporterProvider;
}
