package org.simcse.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.IValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What inference passes to its programs in every run: the list of parameters and that of their
 * packed copies. They are made on first use and shared by programs of the same parameters.
 *
 * <p>{@link #of} is called under the backend's lock, shared or exclusive; {@link #discard} under
 * the exclusive one, whenever parameters have changed.
 */
final class InferenceArguments {
  /**
   * The linear layers of a program, in the order of its packed weights.
   *
   * @param layers names of weight and bias
   */
  record Packing(LinearKernel kernel, List<Layer> layers) {}

  /** The names of a linear layer's parameters. */
  record Layer(String weight, String bias) {}

  private record Key(List<String> parameters, Optional<Packing> packing) {}

  private final NDManager manager;
  private final Function<String, NDArray> parameters;
  private final Map<Key, List<IValue>> kept = new HashMap<>();
  private final Map<LinearKernel, ScriptModule> packers = new HashMap<>();

  InferenceArguments(NDManager manager, Function<String, NDArray> parameters) {
    this.manager = manager;
    this.parameters = parameters;
  }

  /** Returns the arguments of a program; valid until the next change of a parameter. */
  synchronized List<IValue> of(List<String> names, Optional<Packing> packing) {
    return kept.computeIfAbsent(new Key(names, packing), this::make);
  }

  private List<IValue> make(Key key) {
    List<IValue> arguments = new ArrayList<>();
    if (!key.parameters.isEmpty()) {
      arguments.add(ScriptModule.list(tensors(key.parameters)));
    }
    key.packing.ifPresent(packing -> arguments.add(packed(packing)));
    return arguments;
  }

  private IValue packed(Packing packing) {
    return packers
        .computeIfAbsent(packing.kernel, kernel -> ScriptModule.compile(manager, kernel.pack()))
        .call(
            tensors(packing.layers.stream().map(Layer::weight).toList()),
            tensors(packing.layers.stream().map(Layer::bias).toList()));
  }

  private List<NDArray> tensors(List<String> names) {
    return names.stream().map(parameters).toList();
  }

  /** Frees them. */
  void discard() {
    kept.values().forEach(arguments -> arguments.forEach(IValue::close));
    kept.clear();
  }
}
