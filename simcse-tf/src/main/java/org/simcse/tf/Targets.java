package org.simcse.tf;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.simcse.api.tensor.Adam;
import org.tensorflow.Operation;
import org.tensorflow.OperationBuilder;
import org.tensorflow.Output;
import org.tensorflow.proto.DataType;

/** The variables that an update may change in place, by what reads them. Serves one trace. */
final class Targets {
  private final GraphSession graph;
  private final Map<Output<?>, Variable> byRead = new HashMap<>();
  private final Set<Output<?>> changed = new HashSet<>();
  private final List<Operation> after;
  private final List<Operation> changes = new ArrayList<>();

  /**
   * The targets of an update; none for a program.
   *
   * @param after what runs before anything is changed
   */
  Targets(GraphSession graph, Iterable<Variable> variables, List<Operation> after) {
    this.graph = graph;
    this.after = after;
    variables.forEach(variable -> byRead.put(variable.read(), variable));
  }

  /** Whether all of these are read from targets that are unchanged. */
  boolean include(List<Output<?>> reads) {
    return byRead.keySet().containsAll(reads) && reads.stream().noneMatch(changed::contains);
  }

  /** Changes value, mean and variance; all are targets. */
  void adam(Output<?> value, Output<?> gradient, Adam<Output<?>> adam) {
    List<Operation> before = new ArrayList<>(after);
    adam.decay().ifPresent(decay -> before.add(descent(value, decay)));
    Output<?> none = graph.constant(0f);
    OperationBuilder builder =
        graph
            .builder("ResourceApplyAdam")
            .addInput(variable(value).handle())
            .addInput(variable(adam.mean()).handle())
            .addInput(variable(adam.variance()).handle())
            .addInput(none) // powers of beta: no correction of bias
            .addInput(none)
            .addInput(adam.stepSize())
            .addInput(graph.constant((float) adam.beta1()))
            .addInput(graph.constant((float) adam.beta2()))
            .addInput(adam.epsilon())
            .addInput(gradient);
    changes.add(finish(builder, before));
    changed.addAll(List.of(value, adam.mean(), adam.variance()));
  }

  /** Takes a share of a variable's value away from it. */
  private Operation descent(Output<?> value, Output<?> share) {
    return finish(
        graph
            .builder("ResourceApplyGradientDescent")
            .addInput(variable(value).handle())
            .addInput(share)
            .addInput(value),
        after);
  }

  private static Operation finish(OperationBuilder builder, List<Operation> before) {
    before.forEach(builder::addControlInput);
    return builder.setAttr("T", DataType.DT_FLOAT).build();
  }

  private Variable variable(Output<?> read) {
    return Objects.requireNonNull(byRead.get(read));
  }

  /**
   * Stores results in variables, once all are computed.
   *
   * @return everything that changes a variable
   */
  List<Operation> assign(Map<Variable, Output<?>> results) {
    List<Operation> computed = new ArrayList<>(after);
    results.values().forEach(result -> computed.add(result.op()));
    results.forEach(
        (variable, result) -> {
          if (!result.equals(variable.read())) {
            changes.add(variable.assign(result, computed));
          }
        });
    return changes;
  }
}
