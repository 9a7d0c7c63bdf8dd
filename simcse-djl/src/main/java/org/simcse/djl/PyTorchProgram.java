package org.simcse.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.simcse.api.engine.GradientBuffer;
import org.simcse.api.engine.Lifecycle;
import org.simcse.api.engine.Optimizer;
import org.simcse.api.engine.Program;
import org.simcse.api.engine.RecordedTape;
import org.simcse.api.engine.Signature;
import org.simcse.api.engine.Tape;
import org.simcse.api.tensor.HostTensor;

/** A trace compiled by libtorch; methods that differentiate are compiled on first use. */
final class PyTorchProgram implements Program {
  private final PyTorchTrace trace;
  private final List<NDArray> parameters;
  private final InferenceArguments kept;
  private final NDManager manager;
  private final Lifecycle lifecycle;
  private final ScriptModule forward;
  private final Map<String, ScriptModule> methods = new HashMap<>();
  private final Map<PyTorchOptimizer, ScriptModule> steps = new HashMap<>();

  /**
   * Compiles the trace; must be called under the exclusive lock.
   *
   * @param parameters the tensors of those that the text uses, in its order
   * @param kept the arguments that inference keeps
   */
  PyTorchProgram(
      PyTorchTrace trace,
      List<NDArray> parameters,
      InferenceArguments kept,
      NDManager manager,
      Lifecycle lifecycle) {
    this.trace = trace;
    this.parameters = parameters;
    this.kept = kept;
    this.manager = manager;
    this.lifecycle = lifecycle;
    this.forward = ScriptModule.compile(manager, trace.forward());
  }

  @Override
  public Map<String, HostTensor> run(Map<String, HostTensor> inputs, long seed) {
    return run(inputs, seed, NativeThread.all());
  }

  @Override
  public Map<String, HostTensor> run(Map<String, HostTensor> inputs, long seed, int threads) {
    Supplier<Map<String, HostTensor>> work =
        () -> {
          try (NDManager pass = manager.newSubManager()) {
            return outputs(
                forward.infer(
                    pass,
                    List.of(inputs(pass, inputs, seed)),
                    kept.of(trace.parameters(), trace.packing()),
                    threads));
          }
        };
    // libtorch's dropout uses one process-wide generator: a training pass is exclusive.
    return trace.signature().training() ? lifecycle.exclusive(work) : lifecycle.shared(work);
  }

  @Override
  public Results valueAndGradients(Map<String, HostTensor> inputs, long seed, GradientBuffer into) {
    PyTorchGradients gradients = lifecycle.own(PyTorchGradients.class, into, "gradient buffer");
    trace.signature().requireObjective();
    return lifecycle.exclusive(() -> differentiate(inputs, seed, gradients));
  }

  private Results differentiate(Map<String, HostTensor> inputs, long seed, PyTorchGradients into) {
    into.check();
    ScriptModule compiled = method("differentiate", trace::differentiate);
    try (NDManager pass = manager.newSubManager()) {
      List<List<NDArray>> arguments = arguments(pass, inputs, seed);
      List<NDArray> gradients = gradients(into);
      if (!gradients.isEmpty()) {
        arguments.add(gradients);
      }
      List<NDArray> results = compiled.differentiate(arguments);
      Map<String, HostTensor> inputGradients = new LinkedHashMap<>();
      int next = trace.outputs().size();
      for (Signature.Input input : trace.signature().differentiable()) {
        inputGradients.put(input.name(), HostTensors.toHost(results.get(next++)));
      }
      return new Results(outputs(results), inputGradients);
    }
  }

  @Override
  public Tape record(Map<String, HostTensor> inputs, long seed) {
    trace.signature().requireTraining();
    return lifecycle.exclusive(
        () -> {
          ScriptModule compiled = method("record", trace::recorded);
          NDManager kept = manager.newSubManager();
          try {
            return tape(kept, compiled.differentiate(arguments(kept, inputs, seed)));
          } catch (RuntimeException e) {
            kept.close();
            throw e;
          }
        });
  }

  /**
   * Returns a tape.
   *
   * @param kept owns the results; closed with the tape
   * @param results those of {@link PyTorchTrace#recorded}, with which libtorch keeps its graph
   */
  private Tape tape(NDManager kept, List<NDArray> results) {
    List<String> names = List.copyOf(trace.outputs().keySet());
    List<NDArray> leaves = results.subList(names.size(), results.size());
    return new RecordedTape<>(
        lifecycle.child("tape"),
        outputs(results),
        PyTorchGradients.class,
        (upstream, into) -> {
          if (leaves.isEmpty() || upstream.isEmpty()) {
            return;
          }
          List<NDArray> heads = new ArrayList<>();
          List<NDArray> weights = new ArrayList<>();
          upstream.forEach(
              (name, value) -> {
                heads.add(results.get(names.indexOf(name)));
                weights.add(HostTensors.toDevice(kept, value));
              });
          List<NDArray> gradients =
              method("pull " + heads.size(), () -> trace.pullback(heads.size()))
                  .differentiate(List.of(heads, weights, leaves));
          for (int i = 0; i < gradients.size(); i++) {
            into.add(trace.parameters().get(trace.trainable().get(i)), gradients.get(i));
          }
        },
        kept::close);
  }

  private List<NDArray> gradients(PyTorchGradients into) {
    return trace.trainable().stream()
        .map(i -> into.of(trace.parameters().get(i), parameters.get(i)))
        .toList();
  }

  /** Returns a method, compiled on first use; must be called under the exclusive lock. */
  private ScriptModule method(String name, Supplier<String> text) {
    return methods.computeIfAbsent(name, key -> ScriptModule.compile(manager, text.get()));
  }

  @Override
  public Step step(
      Map<String, HostTensor> inputs,
      long seed,
      GradientBuffer scratch,
      Optimizer update,
      Map<String, Double> numbers,
      double maxNorm) {
    Optional<PyTorchOptimizer> own = lifecycle.ownOrNone(PyTorchOptimizer.class, update);
    if (own.isEmpty()
        || trace.signature().objective().isEmpty()
        || !trace.signature().differentiable().isEmpty()
        || trace.trainable().isEmpty()) {
      return Program.super.step(inputs, seed, scratch, update, numbers, maxNorm);
    }
    PyTorchGradients unused = lifecycle.own(PyTorchGradients.class, scratch, "gradient buffer");
    return lifecycle.exclusive(
        () -> {
          unused.check();
          return step(inputs, seed, own.get(), numbers, maxNorm);
        });
  }

  private Step step(
      Map<String, HostTensor> inputs,
      long seed,
      PyTorchOptimizer update,
      Map<String, Double> numbers,
      double maxNorm) {
    ScriptModule compiled =
        steps.computeIfAbsent(update, key -> ScriptModule.compile(manager, trace.step(key)));
    try (NDManager pass = manager.newSubManager()) {
      List<List<NDArray>> arguments = arguments(pass, inputs, seed);
      List<Double> all = new ArrayList<>(List.of(maxNorm));
      all.addAll(update.ordered(numbers));
      update.addOwn(
          arguments, pass, trace.trainable().stream().map(trace.parameters()::get).toList(), all);
      List<NDArray> results = compiled.differentiate(arguments);
      kept.discard();
      double norm = HostTensors.toHost(results.get(results.size() - 1)).at(0);
      return new Step(outputs(results), norm);
    }
  }

  private List<List<NDArray>> arguments(NDManager pass, Map<String, HostTensor> inputs, long seed) {
    List<List<NDArray>> arguments = new ArrayList<>(List.of(inputs(pass, inputs, seed)));
    if (!parameters.isEmpty()) {
      arguments.add(parameters);
    }
    return arguments;
  }

  private List<NDArray> inputs(NDManager pass, Map<String, HostTensor> inputs, long seed) {
    trace.signature().bind(inputs);
    if (trace.signature().training()) {
      JniUtils.setSeed(seed);
    }
    List<NDArray> values = new ArrayList<>();
    trace
        .signature()
        .inputs()
        .forEach(
            input ->
                values.add(
                    HostTensors.toDevice(pass, Objects.requireNonNull(inputs.get(input.name())))));
    values.add(HostTensors.toDevice(pass, HostTensor.of(new long[] {seed})));
    return values;
  }

  private Map<String, HostTensor> outputs(List<NDArray> results) {
    Map<String, HostTensor> outputs = new LinkedHashMap<>();
    int next = 0;
    for (String name : trace.outputs().keySet()) {
      outputs.put(name, HostTensors.toHost(results.get(next++)));
    }
    return outputs;
  }
}
