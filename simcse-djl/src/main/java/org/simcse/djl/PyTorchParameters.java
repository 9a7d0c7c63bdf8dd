package org.simcse.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.simcse.api.engine.ParameterTable;
import org.simcse.api.tensor.HostTensor;

/** Parameters and optimizer state, as libtorch tensors. */
final class PyTorchParameters implements ParameterTable.Device<NDArray> {
  private final NDManager manager;
  private final Runnable changed;

  /**
   * Creates an empty set.
   *
   * @param changed called after each change of a value
   */
  PyTorchParameters(NDManager manager, Runnable changed) {
    this.manager = manager;
    this.changed = changed;
  }

  @Override
  public NDArray create(String name, HostTensor value) {
    return HostTensors.toDevice(manager, value);
  }

  @Override
  public NDArray zeros(String name, long... shape) {
    return manager.zeros(new Shape(shape), DataType.FLOAT32);
  }

  @Override
  public void write(NDArray tensor, HostTensor value) {
    HostTensors.write(tensor, value);
    changed.run();
  }

  @Override
  public HostTensor read(NDArray tensor) {
    return HostTensors.toHost(tensor);
  }
}
