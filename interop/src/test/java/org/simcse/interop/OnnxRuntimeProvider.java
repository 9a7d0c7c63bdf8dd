package org.simcse.interop;

import java.util.Set;
import org.simcse.api.engine.Backend;
import org.simcse.api.engine.BackendConfig;
import org.simcse.api.engine.Capability;
import org.simcse.api.spi.BackendProvider;
import org.simcse.tests.TestEnvironment;

/** Runs programs as ONNX graphs in ONNX Runtime, for the conformance kit. */
final class OnnxRuntimeProvider implements BackendProvider {
  static final Set<Capability> LACKS =
      Set.of(Capability.GRADIENTS, Capability.TAPES, Capability.DROPOUT, Capability.BFLOAT16);

  private final BackendProvider reference = TestEnvironment.reference().provider();

  @Override
  public String name() {
    return "onnxruntime";
  }

  @Override
  public String description() {
    return "exported ONNX graphs in ONNX Runtime";
  }

  @Override
  public String version() {
    return ai.onnxruntime.OrtEnvironment.getEnvironment().getVersion();
  }

  @Override
  public Set<Capability> lacks() {
    return LACKS;
  }

  @Override
  public Backend create(BackendConfig config) {
    return new OnnxRuntimeBackend(reference.create(config));
  }
}
