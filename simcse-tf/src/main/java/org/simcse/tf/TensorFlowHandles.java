package org.simcse.tf;

import org.simcse.api.engine.ParameterTable;
import org.simcse.api.engine.Signature;
import org.simcse.api.engine.Traced;
import org.simcse.api.tensor.Initializer;
import org.simcse.api.tensor.Shape;
import org.tensorflow.Output;

/** Inputs that runs feed, and parameters as they are read. */
class TensorFlowHandles implements Traced.Handles<Output<?>> {
  private final GraphSession graph;
  private final ParameterTable<Variable> parameters;
  private final Output<?> seed;
  private final Sizes sizes;

  TensorFlowHandles(GraphSession graph, ParameterTable<Variable> parameters, Output<?> seed) {
    this.graph = graph;
    this.parameters = parameters;
    this.seed = seed;
    this.sizes = new Sizes(graph);
  }

  /** Returns the sizes of the inputs. */
  final Sizes sizes() {
    return sizes;
  }

  @Override
  public Output<?> input(Signature.Input input) {
    long[] known =
        input.shape().dims().stream().mapToLong(dim -> dim.isFixed() ? dim.size() : -1).toArray();
    Output<?> placeholder =
        graph.placeholder("input " + input.name(), ElementTypes.of(input.type()), known);
    sizes.learn(input, placeholder);
    return placeholder;
  }

  @Override
  public final Output<?> seed() {
    return seed;
  }

  @Override
  public final Output<?> parameter(String name, Shape shape, Initializer initializer) {
    return parameters.require(name, shape, initializer).read();
  }
}
