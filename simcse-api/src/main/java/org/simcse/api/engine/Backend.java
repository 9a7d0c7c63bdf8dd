package org.simcse.api.engine;

import java.util.Set;

/**
 * An engine at work: parameters on a device, and programs over them.
 *
 * <p>Threads: {@link Program#run} of programs that do not train is concurrent; everything else is
 * exclusive, by one read-write lock. {@link #close} waits for runs in flight, frees every program,
 * update and buffer, and may be called twice; later calls throw {@link IllegalStateException}
 * naming what is closed.
 */
public interface Backend extends AutoCloseable {
  /** The name of the provider that made it. */
  String name();

  /** What this backend refuses, by name. */
  Set<Capability> lacks();

  /** Where it computes. */
  DeviceInfo device();

  /**
   * What the large products are computed in: what {@link Precision#AUTO} has become, never itself.
   */
  Precision precision();

  /** The parameters, shared by all programs. */
  ParameterStore parameters();

  /**
   * Traces a computation once; the program then serves every size of its symbolic dimensions.
   *
   * <p>Parameters that the store does not hold are initialised. The same computation (by {@code
   * equals}) with an equal signature gives the same program, unless other parameters have become
   * trainable since. Programs belong to the backend and are freed when it is closed: finding one
   * again is cheap, and each that is new takes memory for good.
   *
   * @throws org.simcse.api.error.ShapeException if shapes or types do not fit together
   */
  Program compile(Computation computation, Signature signature);

  /**
   * Compiles an optimiser's rule; its state starts at 0.
   *
   * @throws org.simcse.api.error.UnsupportedCapabilityException if the backend lacks {@link
   *     Capability#GRADIENTS}
   */
  Optimizer createOptimizer(UpdateRule rule);

  /** A buffer of zeros for the gradients of the trainable parameters. */
  GradientBuffer gradientBuffer();

  @Override
  void close();
}
