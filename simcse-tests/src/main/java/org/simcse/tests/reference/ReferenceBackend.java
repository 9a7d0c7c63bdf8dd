package org.simcse.tests.reference;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.simcse.api.spi.Backend;
import org.simcse.api.spi.BackendConfig;
import org.simcse.api.spi.Capability;
import org.simcse.api.spi.Computation;
import org.simcse.api.spi.DeviceInfo;
import org.simcse.api.spi.DeviceKind;
import org.simcse.api.spi.GradientBuffer;
import org.simcse.api.spi.Lifecycle;
import org.simcse.api.spi.Program;
import org.simcse.api.spi.Signature;
import org.simcse.api.spi.Update;
import org.simcse.api.spi.UpdateRule;

/** Parameters and programs on the heap; each run computes in the thread that asks for it. */
final class ReferenceBackend implements Backend {
  private record Key(Computation computation, Signature signature) {}

  private final BackendConfig config;
  private final boolean unsigned;
  private final Lifecycle lifecycle =
      Lifecycle.of("backend '" + ReferenceBackendProvider.NAME + "'");
  private final ReferenceParameters parameters;
  private final Map<Key, Program> programs = new HashMap<>();

  /**
   * A backend without parameters.
   *
   * @param unsigned whether parameters' gradients are sums of magnitudes
   */
  ReferenceBackend(BackendConfig config, boolean unsigned) {
    this.config = config;
    this.unsigned = unsigned;
    this.parameters = new ReferenceParameters(lifecycle, config.seed());
  }

  @Override
  public String name() {
    return ReferenceBackendProvider.NAME;
  }

  @Override
  public Set<Capability> lacks() {
    return ReferenceBackendProvider.LACKS;
  }

  @Override
  public DeviceInfo device() {
    return new DeviceInfo(DeviceKind.CPU, "1 thread");
  }

  @Override
  public ReferenceParameters parameters() {
    return parameters;
  }

  @Override
  public Program compile(Computation computation, Signature signature) {
    return lifecycle.exclusive(
        () -> {
          Key key = new Key(computation, signature);
          Program program = programs.get(key);
          if (program == null) {
            ReferenceTrace trace =
                ReferenceTrace.of(computation, signature, parameters, config.decorator());
            program =
                new ReferenceProgram(
                    trace, unsigned, lifecycle.child("program"), () -> programs.remove(key));
            programs.put(key, program);
          }
          return program;
        });
  }

  @Override
  public Update compileUpdate(UpdateRule rule) {
    return lifecycle.exclusive(
        () -> new ReferenceUpdate(rule, parameters, config.decorator(), lifecycle.child("update")));
  }

  @Override
  public GradientBuffer gradientBuffer() {
    return lifecycle.exclusive(() -> new ReferenceGradients(lifecycle.child("gradient buffer")));
  }

  @Override
  public void close() {
    lifecycle.close(programs::clear);
  }
}
