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
 * What a conformance class runs against.
 *
 * <p>System properties: {@code simcse.seed} (a number) decides the generated inputs, {@code
 * simcse.device} ({@code cpu}, {@code gpu} or {@code auto}) where to compute, {@code
 * simcse.threads} (2 unless set) with how many threads, {@code simcse.backend} which backend {@link
 * #selected} takes. An explicit value beats a property.
 *
 * @param provider starts the backend
 * @param lacks what the backend is claimed to lack: everything else is expected of it
 * @param tolerance how far from the reference it may be
 * @param seed decides every generated input; printed when a test fails
 * @param limit the time after which something that hangs is a failure
 * @param device where to compute
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

  /** The backend of that name, of which everything is expected. */
  public static TestEnvironment of(String backend) {
    return of(Providers.backends(List.of()).get(backend));
  }

  /** The reference, which lacks {@code BFLOAT16} and computes in double precision. */
  public static TestEnvironment reference() {
    return of(REFERENCE).lacking(Capability.BFLOAT16).inDoublePrecision();
  }

  /** A backend of which everything is expected, in single precision. */
  public static TestEnvironment of(BackendProvider provider) {
    return new TestEnvironment(
        provider,
        Set.of(),
        Tolerance.defaults(),
        Long.getLong("simcse.seed", 42),
        Duration.ofSeconds(30),
        DeviceKind.valueOf(System.getProperty("simcse.device", "cpu").toUpperCase(Locale.ROOT)));
  }

  /** The backend that the system property {@code simcse.backend} names, or the reference. */
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

  /** The same, claiming that the backend lacks something. */
  public TestEnvironment lacking(Capability first, Capability... more) {
    return new TestEnvironment(provider, EnumSet.of(first, more), tolerance, seed, limit, device);
  }

  /** The same with another tolerance. */
  public TestEnvironment withTolerance(Tolerance other) {
    return new TestEnvironment(provider, lacks, other, seed, limit, device);
  }

  /** The same, claiming that the backend computes in double precision. */
  public TestEnvironment inDoublePrecision() {
    return withTolerance(tolerance.withRoundoff(0x1p-53));
  }

  /** The same with another seed. */
  public TestEnvironment withSeed(long other) {
    return new TestEnvironment(provider, lacks, tolerance, other, limit, device);
  }

  /** Whether the backend is not claimed to lack something. */
  public boolean claims(Capability capability) {
    return !lacks.contains(capability);
  }

  /**
   * The same for a test that needs a capability: a backend that is claimed to lack it skips the
   * test, with a message.
   *
   * @throws org.opentest4j.TestAbortedException if the backend is claimed to lack one
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
   * @param change of the configuration; a decorator's operations are put inside the checks
   */
  public Backend start(UnaryOperator<BackendConfig> change) {
    BackendConfig config = change.apply(config());
    return provider.create(config.withDecorator(asserting(config.decorator())));
  }

  /** Starts the reference backend with the same seed, checked likewise. */
  public Backend startReference() {
    return of(REFERENCE).provider.create(referenceConfig());
  }

  /**
   * Starts the reference backend so that the gradient of a parameter is the sum of the magnitudes
   * of its contributions, without their signs: what the error of a gradient is in proportion to.
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
