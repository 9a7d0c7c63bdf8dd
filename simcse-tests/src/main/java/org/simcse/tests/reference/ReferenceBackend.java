package org.simcse.tests.reference;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.simcse.api.engine.Backend;
import org.simcse.api.engine.BackendConfig;
import org.simcse.api.engine.Capability;
import org.simcse.api.engine.Computation;
import org.simcse.api.engine.DeviceInfo;
import org.simcse.api.engine.DeviceKind;
import org.simcse.api.engine.GradientBuffer;
import org.simcse.api.engine.Lifecycle;
import org.simcse.api.engine.Program;
import org.simcse.api.engine.Signature;
import org.simcse.api.engine.Update;
import org.simcse.api.engine.UpdateRule;
import org.simcse.api.tensor.DropoutMode;

/** Parameters and programs on the heap; each run computes in the thread that asks for it. */
final class ReferenceBackend implements Backend {
  private record Key(Computation computation, Signature signature) {}

  private final BackendConfig config;
  private final Lifecycle lifecycle =
      Lifecycle.of("backend '" + ReferenceBackendProvider.NAME + "'");
  private final ReferenceParameters parameters;
  private final Map<Key, Program> programs = new HashMap<>();

  ReferenceBackend(BackendConfig config) {
    this.config = config.withDropout(DropoutMode.PORTABLE); // there is no other
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
            ReferenceTrace trace = ReferenceTrace.of(computation, signature, parameters, config);
            program =
                new ReferenceProgram(trace, lifecycle.child("program"), () -> programs.remove(key));
            programs.put(key, program);
          }
          return program;
        });
  }

  @Override
  public Update compileUpdate(UpdateRule rule) {
    return lifecycle.exclusive(
        () -> new ReferenceUpdate(rule, parameters, config, lifecycle.child("update")));
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
