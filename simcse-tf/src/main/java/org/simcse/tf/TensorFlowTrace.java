package org.simcse.tf;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import org.simcse.api.engine.Signature;
import org.simcse.api.engine.Traced;
import org.tensorflow.Output;

/**
 * The outputs of the graph that belong to a computation.
 *
 * @param inputs the placeholders by name
 * @param seed the placeholder of the run's seed
 * @param outputs by name, in the order of the computation
 * @param parameters those that the computation uses, as they are read
 * @param trainable the names of those with respect to which it is differentiated
 */
record TensorFlowTrace(
    Signature signature,
    Map<String, Output<?>> inputs,
    Output<?> seed,
    Map<String, Output<?>> outputs,
    Map<String, Output<?>> parameters,
    SortedSet<String> trainable) {

  /** Returns the location of a traced computation, with outputs that can be fetched. */
  static TensorFlowTrace of(
      Traced<Output<?>> traced, GraphSession graph, SortedSet<String> trainable) {
    Map<String, Output<?>> outputs = new LinkedHashMap<>();
    handles(traced.outputs())
        .forEach(
            // TensorFlow refuses to fetch a fed tensor, as an output that is an input would be.
            (name, output) -> outputs.put(name, graph.op("Identity", output)));
    return new TensorFlowTrace(
        traced.signature(),
        handles(traced.inputs()),
        traced.seed(),
        outputs,
        handles(traced.parameters()),
        trainable);
  }

  /** Handles by name. */
  static Map<String, Output<?>> handles(Map<String, Traced.Value<Output<?>>> values) {
    Map<String, Output<?>> handles = new LinkedHashMap<>();
    values.forEach((name, value) -> handles.put(name, value.handle()));
    return handles;
  }

  /**
   * The gradients of the objective.
   *
   * @param parameters by name, without those that are 0 throughout
   * @param inputs one for every marked input, in the order of the signature
   */
  record Gradients(SortedMap<String, Gradient> parameters, List<Output<?>> inputs) {}

  /**
   * The gradient with respect to a parameter.
   *
   * @param parameter the parameter, whose shape is known, unlike that of the value
   */
  record Gradient(Output<?> parameter, Output<?> value) {}

  /** Adds the gradients to the graph. Called under the write lock. */
  Gradients gradients(GraphSession graph) {
    String objective = signature.requireObjective();
    List<String> marked = signature.differentiable().stream().map(Signature.Input::name).toList();
    List<Output<?>> variables = new ArrayList<>();
    trainable.forEach(name -> variables.add(requireNonNull(parameters.get(name))));
    marked.forEach(name -> variables.add(requireNonNull(inputs.get(name))));
    Iterator<Optional<Output<?>>> results =
        graph.gradients(requireNonNull(outputs.get(objective)), variables).iterator();
    SortedMap<String, Gradient> byParameter = new TreeMap<>();
    for (String name : trainable) {
      Output<?> parameter = requireNonNull(parameters.get(name));
      results.next().ifPresent(value -> byParameter.put(name, new Gradient(parameter, value)));
    }
    List<Output<?>> ofInputs = new ArrayList<>();
    for (String name : marked) {
      Output<?> input = requireNonNull(inputs.get(name));
      ofInputs.add(results.next().orElseGet(() -> graph.op("ZerosLike", input)));
    }
    return new Gradients(byParameter, ofInputs);
  }
}
