package org.simcse.tests;

import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.simcse.api.engine.Backend;
import org.simcse.api.engine.Capability;
import org.simcse.api.engine.Computation;
import org.simcse.api.engine.GradientBuffer;
import org.simcse.api.engine.Program;
import org.simcse.api.engine.Signature;
import org.simcse.api.tensor.HostTensor;

/**
 * The base of the kit's backend classes: starts a fresh backend and a fresh reference for every
 * test. Every operation is checked by {@link org.simcse.tests.ops.AssertingOps}.
 *
 * @since 0.1.0
 */
@ExtendWith(SeedOnFailure.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS) // conditions on generated tests need an instance
public abstract class BackendConformance {
  private Backend backend;
  private Backend reference;

  /** For subclasses within the kit only. */
  BackendConformance() {}

  /** Returns the backend under test, the capabilities it is declared to lack, and tolerances. */
  protected abstract TestEnvironment environment();

  /** Starts both backends. */
  @BeforeEach
  public final void startBackends() {
    backend = environment().start();
    reference = environment().startReference();
  }

  /** Closes both backends. */
  @AfterEach
  public final void closeBackends() {
    backend.close();
    reference.close();
  }

  final Backend backend() {
    return backend;
  }

  final Backend reference() {
    return reference;
  }

  final Samples samples(String purpose) {
    return Samples.of(environment().seed(), purpose);
  }

  /** Returns whether gradients are expected to work. */
  public final boolean claimsGradients() {
    return environment().claims(Capability.GRADIENTS);
  }

  /** Returns whether tapes are expected to work. */
  public final boolean claimsTapes() {
    return environment().claims(Capability.TAPES);
  }

  /** Returns whether dropout is expected to work. */
  public final boolean claimsDropout() {
    return environment().claims(Capability.DROPOUT);
  }

  /** Returns whether {@code BFLOAT16} is expected to work. */
  public final boolean claimsBfloat16() {
    return environment().claims(Capability.BFLOAT16);
  }

  /** Compiles and runs once with seed 1. */
  static Map<String, HostTensor> run(
      Backend on, Computation computation, Signature signature, Map<String, HostTensor> inputs) {
    return on.compile(computation, signature).run(inputs, 1);
  }

  /** Compiles and differentiates once with seed 1; parameter gradients are discarded. */
  static Program.Results differentiate(
      Backend on, Computation computation, Signature signature, Map<String, HostTensor> inputs) {
    try (GradientBuffer buffer = on.gradientBuffer()) {
      return on.compile(computation, signature).valueAndGradients(inputs, 1, buffer);
    }
  }
}
