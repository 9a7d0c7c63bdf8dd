package org.simcse.tf;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Set;
import org.simcse.api.engine.Backend;
import org.simcse.api.engine.BackendConfig;
import org.simcse.api.engine.Capability;
import org.simcse.api.engine.Computation;
import org.simcse.api.engine.DeviceInfo;
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

/**
 * The TensorFlow backend. Every program is part of one graph, which never shrinks; tracing the same
 * computation again, or another that consists of the same operations, adds nothing to it.
 */
final class TensorFlowBackend implements Backend {
  private final Lifecycle life = Lifecycle.of("backend '" + TensorFlowBackendProvider.NAME + "'");
  private final DeviceInfo device;
  private final Precision precision;
  private final GraphSession graph;
  private final TensorFlowParameters variables;
  private final ParameterTable<Variable> parameters;
  private final Tracer tracer;
  private final ProgramCache<TensorFlowProgram> programs;
  private final Optional<Inference> inference;
  private final Deque<Accumulators> idle = new ArrayDeque<>();
  private int made; // sets of accumulators
  private int updates;

  TensorFlowBackend(BackendConfig asked) {
    device = Devices.choose(asked);
    BackendConfig config = asked.settled(device, lacks());
    precision = config.precision();
    graph = new GraphSession(Devices.session(device.kind(), config.threads()));
    variables = new TensorFlowParameters(graph, "parameter.");
    parameters = new ParameterTable<>(life, config.seed(), variables);
    boolean fusedKernels = FusedKernels.exist(graph, device.kind());
    tracer = new Tracer(graph, parameters, variables, config, fusedKernels);
    inference =
        fusedKernels
            ? Optional.of(new Inference(graph, variables, config.threads()))
            : Optional.empty();
    inference.ifPresent(sessions -> variables.beforeChange(sessions::forget));
    programs = new ProgramCache<>(life, parameters, this::program);
  }

  @Override
  public String name() {
    return TensorFlowBackendProvider.NAME;
  }

  @Override
  public Set<Capability> lacks() {
    return TensorFlowBackendProvider.LACKS;
  }

  @Override
  public DeviceInfo device() {
    return device;
  }

  @Override
  public Precision precision() {
    return precision;
  }

  @Override
  public ParameterStore parameters() {
    return parameters;
  }

  @Override
  public Program compile(Computation computation, Signature signature) {
    return programs.get(computation, signature);
  }

  private TensorFlowProgram program(Computation computation, Signature signature) {
    boolean trains = signature.training() || signature.objective().isPresent();
    return new TensorFlowProgram(
        life.child("program"),
        graph,
        tracer.trace(computation, signature),
        trains ? Optional.empty() : inference);
  }

  @Override
  public Optimizer createOptimizer(UpdateRule rule) {
    return life.exclusive(
        () ->
            new TensorFlowOptimizer(
                rule,
                life.child("update"),
                graph,
                parameters,
                variables,
                tracer,
                "update." + updates++ + "."));
  }

  @Override
  public GradientBuffer gradientBuffer() {
    return life.exclusive(
        () -> {
          Accumulators accumulators = idle.isEmpty() ? new Accumulators(graph, made++) : idle.pop();
          accumulators.zero();
          return new TensorFlowGradients(
              life.child("gradient buffer"), accumulators, () -> idle.push(accumulators));
        });
  }

  @Override
  public void close() {
    life.close(
        () -> {
          inference.ifPresent(Inference::close);
          variables.discard();
          graph.close();
        });
  }
}
