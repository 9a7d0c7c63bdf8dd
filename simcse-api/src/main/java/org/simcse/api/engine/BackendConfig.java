package org.simcse.api.engine;

import java.util.Set;
import org.simcse.api.tensor.DropoutMode;
import org.simcse.api.tensor.PassMode;
import org.simcse.api.tensor.TensorOps;

/**
 * The configuration of a backend. Validated before any native library is loaded.
 *
 * @param device the device to compute on
 * @param threads the number of threads one operation may use, at least 1
 * @param seed the seed that initialises parameters which are not set
 * @param dropout the generator of dropout masks
 * @param precision the precision of the large products of programs
 * @param decorator a wrapper around the operations of every trace; for checks and tests
 * @since 0.1.0
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
    /** Returns the operations to trace with instead. */
    <H> TensorOps<H> decorate(TensorOps<H> ops);

    /** Returns a decorator that changes nothing. */
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
   * Returns the defaults: any device, one thread per processor, seed 42, native dropout, single
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

  /** Returns a copy with the given device. */
  public BackendConfig withDevice(DeviceKind other) {
    return new BackendConfig(other, threads, seed, dropout, precision, decorator);
  }

  /** Returns a copy with the given number of threads. */
  public BackendConfig withThreads(int other) {
    return new BackendConfig(device, other, seed, dropout, precision, decorator);
  }

  /** Returns a copy with the given seed. */
  public BackendConfig withSeed(long other) {
    return new BackendConfig(device, threads, other, dropout, precision, decorator);
  }

  /** Returns a copy with the given dropout mode. */
  public BackendConfig withDropout(DropoutMode other) {
    return new BackendConfig(device, threads, seed, other, precision, decorator);
  }

  /** Returns a copy with the given precision. */
  public BackendConfig withPrecision(Precision other) {
    return new BackendConfig(device, threads, seed, dropout, other, decorator);
  }

  /** Returns a copy in which {@link Precision#AUTO} is resolved for a device. */
  public BackendConfig settled(DeviceInfo on, Set<Capability> lacks) {
    return precision != Precision.AUTO
        ? this
        : withPrecision(
            on.nativeBfloat16() && !lacks.contains(Capability.BFLOAT16)
                ? Precision.BF16
                : Precision.FP32);
  }

  /** Returns a copy with the given decorator. */
  public BackendConfig withDecorator(OpsDecorator other) {
    return new BackendConfig(device, threads, seed, dropout, precision, other);
  }

  /** Returns the mode of a pass of this backend; the precision must be {@link #settled}. */
  public PassMode mode(boolean training) {
    return new PassMode(training, dropout, precision);
  }
}
