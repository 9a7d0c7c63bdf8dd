package org.simcse.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Optional;
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
import org.simcse.api.engine.Optimizer;
import org.simcse.api.engine.ParameterStore;
import org.simcse.api.engine.ParameterTable;
import org.simcse.api.engine.Precision;
import org.simcse.api.engine.Program;
import org.simcse.api.engine.ProgramCache;
import org.simcse.api.engine.Signature;
import org.simcse.api.engine.Traced;
import org.simcse.api.engine.UpdateComputation;
import org.simcse.api.engine.UpdateRule;
import org.simcse.api.tensor.Shape;

/**
 * The libtorch backend. Tensors and compiled programs belong to one manager, so that closing it
 * frees them all.
 */
final class PyTorchBackend implements Backend {
  private final NDManager manager;
  private final BackendConfig config;
  private final Optional<LinearKernel> kernel;
  private final Lifecycle lifecycle = Lifecycle.of("backend '" + PyTorchBackendProvider.NAME + "'");
  private final InferenceArguments kept;
  private final ParameterTable<NDArray> parameters;
  private final ProgramCache<PyTorchProgram> programs;

  PyTorchBackend(NDManager manager, BackendConfig config) {
    this.manager = manager;
    this.config = config.settled(device(manager, config), lacks());
    this.kernel = kernel();
    this.kept = new InferenceArguments(manager, this::parameter);
    this.parameters =
        new ParameterTable<>(
            lifecycle, config.seed(), new PyTorchParameters(manager, kept::discard));
    this.programs = new ProgramCache<>(lifecycle, parameters, this::program);
  }

  /** Returns the kernel of linear layers in inference. */
  private Optional<LinearKernel> kernel() {
    LinearKernel wanted =
        config.precision() == Precision.BF16 ? LinearKernel.ONE_DNN_BFLOAT16 : LinearKernel.ONE_DNN;
    return Optional.of(wanted).filter(any -> !manager.getDevice().isGpu() && wanted.works(manager));
  }

  private NDArray parameter(String name) {
    return parameters.tensor(name);
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
    return device(manager, config);
  }

  private static DeviceInfo device(NDManager manager, BackendConfig config) {
    return manager.getDevice().isGpu()
        ? new DeviceInfo(DeviceKind.GPU, manager.getDevice().toString())
        : new DeviceInfo(DeviceKind.CPU, config.threads() + " threads");
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

  private PyTorchProgram program(Computation computation, Signature signature) {
    PyTorchTrace trace = trace(computation, signature);
    return new PyTorchProgram(
        trace,
        trace.parameters().stream().map(parameters::tensor).toList(),
        kept,
        manager,
        lifecycle.child("program"));
  }

  private PyTorchTrace trace(Computation computation, Signature signature) {
    boolean gpu = manager.getDevice().isGpu();
    PyTorchOps ops =
        new PyTorchOps(
            "torch.device(\"%s\")"
                .formatted(gpu ? "cuda:" + manager.getDevice().getDeviceId() : "cpu"),
            !gpu,
            signature.training() || signature.objective().isPresent(),
            kernel);
    Traced<PyTorchOps.Value> traced =
        Traced.of(computation, signature, config, ops, new PyTorchHandles(parameters::require));
    return PyTorchTrace.of(traced, ops, parameters.trainable(traced.parameters().keySet()));
  }

  @Override
  public Optimizer createOptimizer(UpdateRule rule) {
    return lifecycle.exclusive(
        () ->
            new PyTorchOptimizer(
                rule,
                parameters,
                updating(rule),
                kept::discard,
                manager,
                lifecycle.child("update")));
  }

  private Function<String, PyTorchTrace> updating(UpdateRule rule) {
    return parameter -> {
      UpdateComputation computation = new UpdateComputation(rule, parameter);
      return trace(computation, computation.signature(Shape.of(parameters.shape(parameter))));
    };
  }

  @Override
  public GradientBuffer gradientBuffer() {
    return lifecycle.exclusive(
        () -> new PyTorchGradients(manager, lifecycle.child("gradient buffer")));
  }

  @Override
  public void close() {
    lifecycle.close(
        () -> {
          kept.discard();
          manager.close();
        });
  }
}
