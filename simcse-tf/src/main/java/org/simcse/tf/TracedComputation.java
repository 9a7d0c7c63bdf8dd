package org.simcse.tf;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import org.simcse.api.spi.Signature;
import org.tensorflow.Output;

/**
 * What tracing a computation has left in the graph, where it stays: whoever compiles the same
 * computation again gets the same.
 *
 * @param inputs placeholders by name
 * @param seed the placeholder of the run's seed
 * @param outputs by name, in the order of the computation
 * @param parameters those that the computation uses, as they are read
 * @param gradients what has been differentiated so far, by the parameters that were trainable
 */
record TracedComputation(
    GraphSession graph,
    Signature signature,
    Map<String, Output<?>> inputs,
    Output<?> seed,
    Map<String, Output<?>> outputs,
    SortedMap<String, Output<?>> parameters,
    Map<SortedSet<String>, Gradients> gradients) {

  /**
   * The gradients of the objective.
   *
   * @param parameters by name, without those that are 0 throughout
   * @param inputs one for every marked input, in the order of the signature
   */
  record Gradients(SortedMap<String, Output<?>> parameters, List<Output<?>> inputs) {}

  TracedComputation(
      GraphSession graph,
      Signature signature,
      Map<String, Output<?>> inputs,
      Output<?> seed,
      Map<String, Output<?>> outputs,
      SortedMap<String, Output<?>> parameters) {
    this(graph, signature, inputs, seed, outputs, parameters, new HashMap<>());
  }

  /** Differentiates once for every choice of parameters. Called under the write lock. */
  Gradients gradients(String objective, SortedSet<String> trainable) {
    return gradients.computeIfAbsent(trainable, names -> differentiate(objective, names));
  }

  private Gradients differentiate(String objective, SortedSet<String> trainable) {
    List<String> marked = signature.differentiable().stream().map(Signature.Input::name).toList();
    List<Output<?>> variables = new ArrayList<>();
    trainable.forEach(name -> variables.add(requireNonNull(parameters.get(name))));
    marked.forEach(name -> variables.add(requireNonNull(inputs.get(name))));
    List<Optional<Output<?>>> results =
        graph.gradients(requireNonNull(outputs.get(objective)), variables);
    SortedMap<String, Output<?>> byParameter = new TreeMap<>();
    Iterator<Optional<Output<?>>> next = results.iterator();
    for (String name : trainable) {
      next.next().ifPresent(gradient -> byParameter.put(name, gradient));
    }
    List<Output<?>> ofInputs = new ArrayList<>();
    for (String name : marked) {
      ofInputs.add(
          next.next().orElseGet(() -> graph.op("ZerosLike", requireNonNull(inputs.get(name)))));
    }
    return new Gradients(byParameter, ofInputs);
  }
}
