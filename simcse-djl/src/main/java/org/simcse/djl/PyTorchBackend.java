package org.simcse.djl;

import ai.djl.ndarray.NDManager;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
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
import org.simcse.api.engine.UpdateComputation;
import org.simcse.api.engine.UpdateRule;
import org.simcse.api.tensor.Shape;

/** libtorch at work. Every tensor belongs to one manager, so that closing that frees them all. */
final class PyTorchBackend implements Backend {
  private record Key(Computation computation, Signature signature) {}

  private final NDManager manager;
  private final BackendConfig config;
  private final boolean oneDnn;
  private final Lifecycle lifecycle = Lifecycle.of("backend '" + PyTorchBackendProvider.NAME + "'");
  private final PyTorchParameters parameters;
  private final Map<Key, PyTorchProgram> programs = new HashMap<>();

  PyTorchBackend(NDManager manager, BackendConfig config) {
    this.manager = manager;
    this.config = config;
    this.oneDnn = !manager.getDevice().isGpu() && LibTorch.hasOneDnn(manager);
    this.parameters = new PyTorchParameters(manager, lifecycle, config.seed());
  }

  @Override
  public String name() {
    return PyTorchBackendProvider.NAME;
  }

  @Override
  public Set<Capability> lacks() {
    return Set.of();
  }

  @Override
  public DeviceInfo device() {
    return manager.getDevice().isGpu()
        ? new DeviceInfo(DeviceKind.GPU, manager.getDevice().toString())
        : new DeviceInfo(DeviceKind.CPU, config.threads() + " threads");
  }

  @Override
  public PyTorchParameters parameters() {
    return parameters;
  }

  @Override
  public Program compile(Computation computation, Signature signature) {
    return lifecycle.exclusive(
        () -> {
          Key key = new Key(computation, signature);
          PyTorchProgram program = programs.get(key);
          if (program == null) {
            program =
                new PyTorchProgram(
                    trace(computation, signature), manager, lifecycle, () -> programs.remove(key));
            programs.put(key, program);
          }
          return program;
        });
  }

  private PyTorchTrace trace(Computation computation, Signature signature) {
    return PyTorchTrace.of(computation, signature, parameters, config, manager.getDevice(), oneDnn);
  }

  @Override
  public Update compileUpdate(UpdateRule rule) {
    return lifecycle.exclusive(
        () ->
            new PyTorchUpdate(
                rule, parameters, updating(rule), manager, lifecycle.child("update")));
  }

  private Function<PyTorchParameters.Parameter, PyTorchTrace> updating(UpdateRule rule) {
    return parameter -> {
      UpdateComputation computation = new UpdateComputation(rule, parameter.name);
      return trace(computation, computation.signature(Shape.of(parameter.shape)));
    };
  }

  @Override
  public GradientBuffer gradientBuffer() {
    return lifecycle.exclusive(
        () -> new PyTorchGradients(manager, lifecycle.child("gradient buffer")));
  }

  @Override
  public void close() {
    lifecycle.close(manager::close);
  }
}
