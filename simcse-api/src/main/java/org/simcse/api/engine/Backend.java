package org.simcse.api.engine;

import java.util.Set;

/**
 * A running engine: parameters on a device, and programs over them.
 *
 * <p>Threads: {@link Program#run} of programs that do not train is concurrent; everything else is
 * exclusive, guarded by one read-write lock. {@link #close} waits for runs in flight, frees every
 * program, optimizer and buffer, and is idempotent; later calls throw {@link IllegalStateException}
 * naming the closed object.
 *
 * @since 0.1.0
 */
public interface Backend extends AutoCloseable {
  /** Returns the name of the provider that created it. */
  String name();

  /** Returns the capabilities that this backend lacks. */
  Set<Capability> lacks();

  /** Returns the device it computes on. */
  DeviceInfo device();

  /**
   * Returns the precision of the large products; {@link Precision#AUTO} is resolved, never
   * returned.
   */
  Precision precision();

  /** Returns the parameters, shared by all programs. */
  ParameterStore parameters();

  /**
   * Traces a computation once; the program then runs for any size of its symbolic dimensions.
   *
   * <p>Parameters that the store does not hold are initialised. The same computation (by {@code
   * equals}) with an equal signature returns the same program, unless the set of trainable
   * parameters has changed since. Programs belong to the backend and are freed when it is closed:
   * looking one up again is cheap, and each new one occupies memory until then.
   *
   * @throws org.simcse.api.error.ShapeException if shapes or types do not fit together
   */
  Program compile(Computation computation, Signature signature);

  /**
   * Compiles an optimizer's update rule; its state starts at 0.
   *
   * @throws org.simcse.api.error.UnsupportedCapabilityException if the backend lacks {@link
   *     Capability#GRADIENTS}
   */
  Optimizer createOptimizer(UpdateRule rule);

  /** Creates a buffer of zeros for the gradients of the trainable parameters. */
  GradientBuffer gradientBuffer();

  @Override
  void close();
}
