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
 * What the kit's classes about backends have in common: a fresh backend and a fresh reference for
 * every test. Every operation is checked by {@link org.simcse.tests.ops.AssertingOps}.
 */
@ExtendWith(SeedOnFailure.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS) // conditions on generated tests need an instance
public abstract class BackendConformance {
  private Backend backend;
  private Backend reference;

  /** Only subclasses of the kit's own classes make sense. */
  BackendConformance() {}

  /** The backend under test, what it is claimed to lack, and tolerances. */
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

  /** Whether gradients are expected to work. */
  public final boolean claimsGradients() {
    return environment().claims(Capability.GRADIENTS);
  }

  /** Whether dropout is expected to work. */
  public final boolean claimsDropout() {
    return environment().claims(Capability.DROPOUT);
  }

  /** Whether {@code BFLOAT16} is expected to work. */
  public final boolean claimsBfloat16() {
    return environment().claims(Capability.BFLOAT16);
  }

  /** Compiles and runs once with seed 1. */
  static Map<String, HostTensor> run(
      Backend on, Computation computation, Signature signature, Map<String, HostTensor> inputs) {
    return on.compile(computation, signature).run(inputs, 1);
  }

  /** Compiles and differentiates once with seed 1; parameters' gradients are dropped. */
  static Program.Results differentiate(
      Backend on, Computation computation, Signature signature, Map<String, HostTensor> inputs) {
    try (GradientBuffer buffer = on.gradientBuffer()) {
      return on.compile(computation, signature).valueAndGradients(inputs, 1, buffer);
    }
  }
}
