package org.simcse.tests.mutants;

import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.ReflectionSupport;
import org.simcse.api.engine.Capability;
import org.simcse.api.spi.BackendProvider;
import org.simcse.tests.BackendSuite;
import org.simcse.tests.TestEnvironment;

/** All levels against the mutant that the configuration parameter {@link #MUTANT} names. */
@ExtendWith(MutantSuite.Chosen.class)
class MutantSuite extends BackendSuite {
  /** The class of a {@link MutantBackend.Provider}. */
  static final String MUTANT = "mutant";

  private final BackendProvider mutant;

  MutantSuite(BackendProvider mutant) {
    this.mutant = mutant;
  }

  @Override
  protected TestEnvironment environment() {
    return of(mutant);
  }

  /** What is expected of a mutant: what is expected of the reference. */
  static TestEnvironment of(BackendProvider mutant) {
    return TestEnvironment.of(mutant).lacking(Capability.BFLOAT16).inDoublePrecision();
  }

  /** Makes the mutant. */
  static final class Chosen implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == BackendProvider.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      String name = context.getConfigurationParameter(MUTANT).orElseThrow();
      return ReflectionSupport.newInstance(
          ReflectionSupport.tryToLoadClass(name).getNonNullOrThrow(IllegalArgumentException::new));
    }
  }
}
