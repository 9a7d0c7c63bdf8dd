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
import org.simcse.api.engine.Program;
import org.simcse.api.engine.Signature;
import org.simcse.api.engine.Update;
import org.simcse.api.tensor.HostTensor;

/**
 * A trace compiled by libtorch; the method that differentiates is compiled when first asked for.
 */
final class PyTorchProgram implements Program {
  private final PyTorchTrace trace;
  private final NDManager manager;
  private final Lifecycle lifecycle;
  private final Runnable onClose;
  private final ScriptModule forward;
  private Optional<Differentiation> differentiation = Optional.empty();
  private final Map<PyTorchUpdate, Differentiation> steps = new HashMap<>();

  private record Differentiation(ScriptModule module, List<Integer> trainable) {}

  /** Compiles; call under the exclusive lock of {@code backend}. */
  PyTorchProgram(PyTorchTrace trace, NDManager manager, Lifecycle backend, Runnable onClose) {
    this.trace = trace;
    this.manager = manager;
    this.lifecycle = backend.child("program");
    this.onClose = onClose;
    this.forward = ScriptModule.compile(manager, trace.forward());
  }

  @Override
  public Map<String, HostTensor> run(Map<String, HostTensor> inputs, long seed) {
    Supplier<Map<String, HostTensor>> work =
        () -> {
          try (NDManager pass = manager.newSubManager()) {
            return outputs(forward.infer(pass, arguments(pass, inputs, seed)));
          }
        };
    // libtorch's dropout draws from one generator of the process: a training pass is alone.
    return trace.signature().training() ? lifecycle.exclusive(work) : lifecycle.shared(work);
  }

  @Override
  public Results valueAndGradients(Map<String, HostTensor> inputs, long seed, GradientBuffer into) {
    if (!(into instanceof PyTorchGradients gradients)) {
      throw new IllegalArgumentException(
          "The gradient buffer was not made by the backend 'pytorch'.");
    }
    if (trace.signature().objective().isEmpty()) {
      throw new IllegalStateException(
          "The program's signature names no objective to differentiate.");
    }
    return lifecycle.exclusive(
        () -> gradients.adding(() -> differentiate(inputs, seed, gradients)));
  }

  private Results differentiate(Map<String, HostTensor> inputs, long seed, PyTorchGradients into) {
    Differentiation compiled = differentiation.orElseGet(this::compileDifferentiation);
    try (NDManager pass = manager.newSubManager()) {
      List<List<NDArray>> arguments = arguments(pass, inputs, seed);
      List<NDArray> gradients =
          compiled.trainable().stream().map(i -> into.of(trace.parameters().get(i))).toList();
      if (!gradients.isEmpty()) {
        arguments.add(gradients);
      }
      List<NDArray> results = compiled.module().differentiate(arguments);
      Map<String, HostTensor> inputGradients = new LinkedHashMap<>();
      int next = trace.outputs().size();
      for (Signature.Input input : trace.signature().differentiable()) {
        inputGradients.put(input.name(), HostTransfer.toHost(results.get(next++)));
      }
      return new Results(outputs(results), inputGradients);
    }
  }

  @Override
  public Step step(
      Map<String, HostTensor> inputs,
      long seed,
      GradientBuffer scratch,
      Update update,
      Map<String, Double> numbers,
      double maxNorm) {
    if (!(update instanceof PyTorchUpdate own)
        || trace.signature().objective().isEmpty()
        || !trace.signature().differentiable().isEmpty()
        || trace.trainable().isEmpty()) {
      return Program.super.step(inputs, seed, scratch, update, numbers, maxNorm);
    }
    return lifecycle.exclusive(() -> step(inputs, seed, own, numbers, maxNorm));
  }

  private Step step(
      Map<String, HostTensor> inputs,
      long seed,
      PyTorchUpdate update,
      Map<String, Double> numbers,
      double maxNorm) {
    Differentiation compiled =
        steps.computeIfAbsent(
            update,
            key ->
                new Differentiation(
                    ScriptModule.compile(manager, trace.step(key)), trace.trainable()));
    try (NDManager pass = manager.newSubManager()) {
      List<List<NDArray>> arguments = arguments(pass, inputs, seed);
      List<Double> all = new ArrayList<>(List.of(maxNorm));
      all.addAll(update.ordered(numbers));
      update.addOwn(
          arguments,
          pass,
          compiled.trainable().stream().map(trace.parameters()::get).toList(),
          all);
      List<NDArray> results = compiled.module().differentiate(arguments);
      double norm = HostTransfer.toHost(results.get(results.size() - 1)).at(0);
      return new Step(outputs(results), norm);
    }
  }

  private Differentiation compileDifferentiation() {
    Differentiation compiled =
        new Differentiation(
            ScriptModule.compile(manager, trace.differentiate()), trace.trainable());
    differentiation = Optional.of(compiled);
    return compiled;
  }

  private List<List<NDArray>> arguments(NDManager pass, Map<String, HostTensor> inputs, long seed) {
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
                    HostTransfer.toDevice(pass, Objects.requireNonNull(inputs.get(input.name())))));
    values.add(HostTransfer.toDevice(pass, HostTensor.of(new long[] {seed})));
    List<List<NDArray>> arguments = new ArrayList<>(List.of(values));
    if (!trace.parameters().isEmpty()) {
      arguments.add(trace.parameters().stream().map(parameter -> parameter.value).toList());
    }
    return arguments;
  }

  private Map<String, HostTensor> outputs(List<NDArray> results) {
    Map<String, HostTensor> outputs = new LinkedHashMap<>();
    int next = 0;
    for (String name : trace.outputs().keySet()) {
      outputs.put(name, HostTransfer.toHost(results.get(next++)));
    }
    return outputs;
  }

  @Override
  public void close() {
    lifecycle.close(
        () -> {
          onClose.run();
          forward.close();
          differentiation.ifPresent(compiled -> compiled.module().close());
          steps.values().forEach(compiled -> compiled.module().close());
        });
  }
}
