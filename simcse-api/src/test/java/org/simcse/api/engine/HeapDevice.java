package org.simcse.api.engine;

import java.util.Arrays;
import org.simcse.api.tensor.HostTensor;

/** Vectors on the heap. */
final class HeapDevice implements ParameterTable.Device<double[]> {
  @Override
  public double[] create(String name, HostTensor value) {
    return value.toDoubles();
  }

  @Override
  public double[] zeros(String name, long... shape) {
    return new double[(int) shape[0]];
  }

  @Override
  public void write(double[] tensor, HostTensor value) {
    Arrays.setAll(tensor, value::at);
  }

  @Override
  public HostTensor read(double[] tensor) {
    return HostTensor.of(tensor.clone(), tensor.length);
  }
}
