package org.simcse.tests.reference;

import java.util.Arrays;
import org.simcse.api.engine.ParameterTable;
import org.simcse.api.tensor.HostTensor;

/** Parameters and optimizer state, on the heap. */
final class ReferenceParameters implements ParameterTable.Device<ReferenceParameters.Parameter> {
  /** A holder of an array, which is replaced and never modified. */
  static final class Parameter {
    final long[] shape;
    double[] value;

    private Parameter(long[] shape, double[] value) {
      this.shape = shape;
      this.value = value;
    }
  }

  @Override
  public Parameter create(String name, HostTensor value) {
    return new Parameter(value.shape().clone(), value.toDoubles());
  }

  @Override
  public Parameter zeros(String name, long... shape) {
    int size = Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact));
    return new Parameter(shape.clone(), new double[size]);
  }

  @Override
  public void write(Parameter parameter, HostTensor value) {
    parameter.value = value.toDoubles();
  }

  @Override
  public HostTensor read(Parameter parameter) {
    return HostTensor.of(parameter.value.clone(), parameter.shape.clone());
  }
}
