package org.simcse.tests.mutants;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.simcse.api.engine.GradientBuffer;
import org.simcse.api.tensor.HostTensor;

/** A buffer, passed on call by call; mutants change one of them. */
class MutantGradients implements GradientBuffer {
  private final GradientBuffer inner;

  MutantGradients(GradientBuffer inner) {
    this.inner = inner;
  }

  /** What the backend itself understands. */
  static GradientBuffer inner(GradientBuffer mutant) {
    return ((MutantGradients) mutant).inner;
  }

  @Override
  public void zero() {
    inner.zero();
  }

  @Override
  public void scale(double by) {
    inner.scale(by);
  }

  @Override
  public double globalNorm() {
    return inner.globalNorm();
  }

  @Override
  public Map<String, HostTensor> read() {
    return inner.read();
  }

  @Override
  public void onHost(Consumer<List<HostTensor>> change) {
    inner.onHost(change);
  }

  @Override
  public void close() {
    inner.close();
  }
}
