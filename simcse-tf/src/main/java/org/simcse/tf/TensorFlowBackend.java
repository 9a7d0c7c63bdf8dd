package org.simcse.tf;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.simcse.api.engine.Backend;
import org.simcse.api.engine.BackendConfig;
import org.simcse.api.engine.Capability;
import org.simcse.api.engine.Computation;
import org.simcse.api.engine.DeviceInfo;
import org.simcse.api.engine.GradientBuffer;
import org.simcse.api.engine.Lifecycle;
import org.simcse.api.engine.ParameterStore;
import org.simcse.api.engine.Program;
import org.simcse.api.engine.Signature;
import org.simcse.api.engine.Update;
import org.simcse.api.engine.UpdateRule;

/**
 * TensorFlow at work. Every program is a part of one graph, which never shrinks; tracing the same
 * computation again, or another that is made of the same operations, adds nothing to it.
 */
final class TensorFlowBackend implements Backend {
  private record Key(Computation computation, Signature signature) {}

  private final Lifecycle life = Lifecycle.of("backend '" + TensorFlowBackendProvider.NAME + "'");
  private final DeviceInfo device;
  private final GraphSession graph;
  private final TensorFlowParameters parameters;
  private final Tracer tracer;
  private final Map<Key, TensorFlowProgram> programs = new HashMap<>();
  private final Deque<Accumulators> idle = new ArrayDeque<>();
  private int made; // sets of accumulators
  private int updates;

  TensorFlowBackend(BackendConfig config) {
    device = Devices.choose(config);
    graph = new GraphSession(Devices.session(device.kind(), config.threads()));
    parameters = new TensorFlowParameters(life, graph, config.seed());
    tracer = new Tracer(graph, parameters, config, FusedKernels.exist(graph, device.kind()));
  }

  @Override
  public String name() {
    return TensorFlowBackendProvider.NAME;
  }

  @Override
  public Set<Capability> lacks() {
    return Set.of();
  }

  @Override
  public DeviceInfo device() {
    return device;
  }

  @Override
  public ParameterStore parameters() {
    return parameters;
  }

  @Override
  public Program compile(Computation computation, Signature signature) {
    return life.exclusive(
        () -> {
          Key key = new Key(computation, signature);
          TensorFlowProgram program = programs.get(key);
          if (program == null) {
            program = program(key);
            programs.put(key, program);
          }
          return program;
        });
  }

  private TensorFlowProgram program(Key key) {
    TracedComputation traced = tracer.trace(key.computation, key.signature);
    SortedSet<String> trainable = new TreeSet<>(traced.parameters().keySet());
    trainable.removeIf(name -> !parameters.isTrainable(name));
    return new TensorFlowProgram(
        life.child("program"), graph, traced, trainable, () -> programs.remove(key));
  }

  @Override
  public Update compileUpdate(UpdateRule rule) {
    return life.exclusive(
        () ->
            new TensorFlowUpdate(
                rule, life.child("update"), graph, parameters, tracer, "update." + updates++));
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
          parameters.discard();
          graph.close();
        });
  }
}
