package org.simcse.api.engine;

import java.util.Set;
import org.simcse.api.tensor.DropoutMode;
import org.simcse.api.tensor.PassMode;
import org.simcse.api.tensor.TensorOps;

/**
 * How to start a backend. Validated before any native library loads.
 *
 * @param device where to compute
 * @param threads how many threads one operation may use, at least 1
 * @param seed from which parameters that nothing sets are initialised
 * @param dropout where dropout draws from
 * @param precision what the large products of programs are computed in
 * @param decorator wraps the operations of every trace; for checks and tests
 */
public record BackendConfig(
    DeviceKind device,
    int threads,
    long seed,
    DropoutMode dropout,
    Precision precision,
    OpsDecorator decorator) {
  /** Wraps a backend's operations, handle for handle. */
  @FunctionalInterface
  public interface OpsDecorator {
    /** The operations to trace with instead. */
    <H> TensorOps<H> decorate(TensorOps<H> ops);

    /** Changes nothing. */
    static OpsDecorator none() {
      return new OpsDecorator() {
        @Override
        public <H> TensorOps<H> decorate(TensorOps<H> ops) {
          return ops;
        }
      };
    }
  }

  /** Checks the number of threads. */
  public BackendConfig {
    if (threads < 1) {
      throw new IllegalArgumentException(
          "The number of threads must be at least 1, but it is " + threads + ".");
    }
  }

  /**
   * Any device, as many threads as the machine has processors, seed 42, native dropout, single
   * precision.
   */
  public static BackendConfig defaults() {
    return new BackendConfig(
        DeviceKind.AUTO,
        Runtime.getRuntime().availableProcessors(),
        42,
        DropoutMode.NATIVE,
        Precision.FP32,
        OpsDecorator.none());
  }

  /** The same on another device. */
  public BackendConfig withDevice(DeviceKind other) {
    return new BackendConfig(other, threads, seed, dropout, precision, decorator);
  }

  /** The same with another number of threads. */
  public BackendConfig withThreads(int other) {
    return new BackendConfig(device, other, seed, dropout, precision, decorator);
  }

  /** The same with another seed. */
  public BackendConfig withSeed(long other) {
    return new BackendConfig(device, threads, other, dropout, precision, decorator);
  }

  /** The same with dropout that draws from elsewhere. */
  public BackendConfig withDropout(DropoutMode other) {
    return new BackendConfig(device, threads, seed, other, precision, decorator);
  }

  /** The same in another precision. */
  public BackendConfig withPrecision(Precision other) {
    return new BackendConfig(device, threads, seed, dropout, other, decorator);
  }

  /** The same with the precision that {@link Precision#AUTO} means on a device. */
  public BackendConfig settled(DeviceInfo on, Set<Capability> lacks) {
    return precision != Precision.AUTO
        ? this
        : withPrecision(
            on.nativeBfloat16() && !lacks.contains(Capability.BFLOAT16)
                ? Precision.BF16
                : Precision.FP32);
  }

  /** The same with another decorator. */
  public BackendConfig withDecorator(OpsDecorator other) {
    return new BackendConfig(device, threads, seed, dropout, precision, other);
  }

  /** How a pass of this backend computes; the precision is {@link #settled}. */
  public PassMode mode(boolean training) {
    return new PassMode(training, dropout, precision);
  }
}
