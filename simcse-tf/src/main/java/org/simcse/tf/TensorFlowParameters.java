package org.simcse.tf;

import java.util.ArrayList;
import java.util.List;
import org.simcse.api.engine.ParameterTable;
import org.simcse.api.tensor.HostTensor;
import org.tensorflow.Operation;

/** Parameters or optimizer state, as variables of the session. */
final class TensorFlowParameters implements ParameterTable.Device<Variable> {
  private final GraphSession graph;
  private final String prefix;
  private final List<Variable> variables = new ArrayList<>();
  private final List<Operation> fresh = new ArrayList<>();
  private Feeds values = new Feeds();
  private Runnable beforeChange = () -> {};

  /**
   * Creates an empty set of variables.
   *
   * @param prefix of the variables' names, unique within the session
   */
  TensorFlowParameters(GraphSession graph, String prefix) {
    this.graph = graph;
    this.prefix = prefix;
  }

  /** Values are set in {@link #flush}: one run for all takes the time of a run for each. */
  @Override
  public Variable create(String name, HostTensor value) {
    Variable variable = new Variable(graph, prefix + name, value.shape());
    fresh.add(variable.assignment(values, value));
    variables.add(variable);
    return variable;
  }

  @Override
  public Variable zeros(String name, long... shape) {
    Variable variable = new Variable(graph, prefix + name, shape);
    fresh.add(variable.assign(graph.zeros(shape)));
    variables.add(variable);
    return variable;
  }

  @Override
  public void write(Variable variable, HostTensor value) {
    flush();
    beforeChange.run();
    Variable.set(graph, List.of(variable), List.of(value));
  }

  @Override
  public HostTensor read(Variable variable) {
    flush();
    return variable.get(variables);
  }

  /**
   * Gives new variables their values. Called under the write lock, before a program that reads them
   * runs.
   */
  void flush() {
    if (!fresh.isEmpty()) {
      beforeChange.run();
      graph.run(values, List.of(), fresh);
      discard();
    }
  }

  /** Returns all, with their values. */
  List<Variable> variables() {
    return List.copyOf(variables);
  }

  /** Sets what to do before values change. */
  void beforeChange(Runnable action) {
    beforeChange = action;
  }

  /** Called under the write lock before operations of the graph change values. */
  void changing() {
    beforeChange.run();
  }

  /** Frees values not yet assigned to variables. */
  void discard() {
    values.close();
    values = new Feeds();
    fresh.clear();
  }
}
