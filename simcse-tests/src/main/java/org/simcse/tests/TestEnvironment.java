package org.simcse.tests;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.simcse.api.engine.Backend;
import org.simcse.api.engine.BackendConfig;
import org.simcse.api.engine.Capability;
import org.simcse.api.engine.DeviceKind;
import org.simcse.api.spi.BackendProvider;
import org.simcse.api.spi.Providers;
import org.simcse.api.tensor.TensorOps;
import org.simcse.tests.ops.AssertingOps;
import org.simcse.tests.reference.ReferenceBackendProvider;

/**
 * The environment of a conformance class.
 *
 * <p>System properties: {@code simcse.seed} (a number) determines the generated inputs, {@code
 * simcse.device} ({@code cpu}, {@code gpu} or {@code auto}) the device, {@code simcse.threads}
 * (default 2) the number of threads, {@code simcse.backend} the backend of {@link #selected}. An
 * explicit value overrides a property.
 *
 * @param provider starts the backend
 * @param lacks the capabilities that the backend is declared to lack: all others are expected
 * @param tolerance the allowed deviation from the reference
 * @param seed the seed of every generated input; printed when a test fails
 * @param limit the time after which a hanging test is a failure
 * @param device the device to compute on
 * @since 0.1.0
 */
public record TestEnvironment(
    BackendProvider provider,
    Set<Capability> lacks,
    Tolerance tolerance,
    long seed,
    Duration limit,
    DeviceKind device) {
  /** The name of the reference backend. */
  public static final String REFERENCE = "reference";

  /** Copies the set. */
  public TestEnvironment {
    lacks = Set.copyOf(lacks);
  }

  /** Returns the backend of that name, with all capabilities expected. */
  public static TestEnvironment of(String backend) {
    return of(Providers.backends(List.of()).get(backend));
  }

  /** Returns the reference, which lacks {@code BFLOAT16} and computes in double precision. */
  public static TestEnvironment reference() {
    return of(REFERENCE).lacking(Capability.BFLOAT16).inDoublePrecision();
  }

  /** Returns a backend with all capabilities expected, in single precision. */
  public static TestEnvironment of(BackendProvider provider) {
    return new TestEnvironment(
        provider,
        Set.of(),
        Tolerance.defaults(),
        Long.getLong("simcse.seed", 42),
        Duration.ofSeconds(30),
        DeviceKind.valueOf(System.getProperty("simcse.device", "cpu").toUpperCase(Locale.ROOT)));
  }

  /**
   * Returns the backend that the system property {@code simcse.backend} names, or the reference.
   */
  public static TestEnvironment selected() {
    TestEnvironment named = of(System.getProperty("simcse.backend", REFERENCE));
    return new TestEnvironment(
        named.provider,
        named.provider.lacks(),
        named.tolerance,
        named.seed,
        named.limit,
        named.device);
  }

  /** Returns a copy that declares lacking capabilities. */
  public TestEnvironment lacking(Capability first, Capability... more) {
    return new TestEnvironment(provider, EnumSet.of(first, more), tolerance, seed, limit, device);
  }

  /** Returns a copy with the given tolerance. */
  public TestEnvironment withTolerance(Tolerance other) {
    return new TestEnvironment(provider, lacks, other, seed, limit, device);
  }

  /** Returns a copy that declares double precision. */
  public TestEnvironment inDoublePrecision() {
    return withTolerance(tolerance.withRoundoff(0x1p-53));
  }

  /** Returns a copy with the given seed. */
  public TestEnvironment withSeed(long other) {
    return new TestEnvironment(provider, lacks, tolerance, other, limit, device);
  }

  /** Returns whether the backend is not declared to lack a capability. */
  public boolean claims(Capability capability) {
    return !lacks.contains(capability);
  }

  /**
   * Returns this environment for a test that needs capabilities: if the backend is declared to lack
   * one, the test is skipped with a message.
   *
   * @throws org.opentest4j.TestAbortedException if the backend is declared to lack one
   */
  public TestEnvironment needing(Capability... capabilities) {
    for (Capability capability : capabilities) {
      assumeTrue(claims(capability), () -> "The backend lacks %s.".formatted(capability));
    }
    return this;
  }

  /** Starts the backend with every operation checked by {@link AssertingOps}. */
  public Backend start() {
    return start(config -> config);
  }

  /**
   * Starts the backend with other settings.
   *
   * @param change the change of the configuration; a decorator's operations are wrapped by the
   *     checks
   */
  public Backend start(UnaryOperator<BackendConfig> change) {
    BackendConfig config = change.apply(config());
    return provider.create(config.withDecorator(asserting(config.decorator())));
  }

  /** Starts the reference backend with the same seed, with the same checks. */
  public Backend startReference() {
    return of(REFERENCE).provider.create(referenceConfig());
  }

  /**
   * Starts the reference backend so that the gradient of a parameter is the sum of the magnitudes
   * of its contributions, without their signs, to which the error of a gradient is proportional.
   */
  public Backend startSummands() {
    return ReferenceBackendProvider.summands(referenceConfig());
  }

  private BackendConfig referenceConfig() {
    return config()
        .withDevice(DeviceKind.CPU)
        .withDecorator(asserting(BackendConfig.OpsDecorator.none()));
  }

  private BackendConfig config() {
    int threads = Integer.getInteger("simcse.threads", 2);
    return BackendConfig.defaults().withDevice(device).withThreads(threads).withSeed(seed);
  }

  private static BackendConfig.OpsDecorator asserting(BackendConfig.OpsDecorator inner) {
    return new BackendConfig.OpsDecorator() {
      @Override
      public <H> TensorOps<H> decorate(TensorOps<H> ops) {
        return AssertingOps.decorator().decorate(inner.decorate(ops));
      }
    };
  }
}
