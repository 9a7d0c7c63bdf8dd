package org.simcse.tests.reference;

import java.util.Set;
import org.simcse.api.engine.Backend;
import org.simcse.api.engine.BackendConfig;
import org.simcse.api.engine.Capability;
import org.simcse.api.engine.Computation;
import org.simcse.api.engine.DeviceInfo;
import org.simcse.api.engine.DeviceKind;
import org.simcse.api.engine.GradientBuffer;
import org.simcse.api.engine.Lifecycle;
import org.simcse.api.engine.Optimizer;
import org.simcse.api.engine.ParameterStore;
import org.simcse.api.engine.ParameterTable;
import org.simcse.api.engine.Precision;
import org.simcse.api.engine.Program;
import org.simcse.api.engine.ProgramCache;
import org.simcse.api.engine.Signature;
import org.simcse.api.engine.UpdateRule;
import org.simcse.api.tensor.DropoutMode;

/** Parameters and programs on the heap; each run computes in the calling thread. */
final class ReferenceBackend implements Backend {
  private final BackendConfig config;
  private final boolean unsigned;
  private final Lifecycle lifecycle =
      Lifecycle.of("backend '" + ReferenceBackendProvider.NAME + "'");
  private final ParameterTable<ReferenceParameters.Parameter> parameters;
  private final ProgramCache<ReferenceProgram> programs;

  /**
   * Creates a backend without parameters.
   *
   * @param unsigned whether parameters' gradients are sums of magnitudes
   */
  ReferenceBackend(BackendConfig config, boolean unsigned) {
    this.unsigned = unsigned;
    this.config =
        config.withDropout(DropoutMode.PORTABLE).settled(device(), lacks()); // no other dropout
    this.parameters = new ParameterTable<>(lifecycle, config.seed(), new ReferenceParameters());
    this.programs = new ProgramCache<>(lifecycle, parameters, this::program);
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
  public Precision precision() {
    return config.precision();
  }

  @Override
  public ParameterStore parameters() {
    return parameters;
  }

  @Override
  public Program compile(Computation computation, Signature signature) {
    return programs.get(computation, signature);
  }

  private ReferenceProgram program(Computation computation, Signature signature) {
    ReferenceTrace trace = ReferenceTrace.of(computation, signature, config, parameters);
    return new ReferenceProgram(
        trace,
        parameters.trainable(trace.traced().parameters().keySet()),
        unsigned,
        lifecycle.child("program"));
  }

  @Override
  public Optimizer createOptimizer(UpdateRule rule) {
    return lifecycle.exclusive(
        () -> new ReferenceOptimizer(rule, parameters, config, lifecycle.child("update")));
  }

  @Override
  public GradientBuffer gradientBuffer() {
    return lifecycle.exclusive(() -> new ReferenceGradients(lifecycle.child("gradient buffer")));
  }

  @Override
  public void close() {
    lifecycle.close(() -> {}); // heap memory is garbage-collected
  }
}
