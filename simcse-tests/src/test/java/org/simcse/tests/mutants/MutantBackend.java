package org.simcse.tests.mutants;

import java.util.Set;
import org.simcse.api.engine.Backend;
import org.simcse.api.engine.BackendConfig;
import org.simcse.api.engine.Capability;
import org.simcse.api.engine.Computation;
import org.simcse.api.engine.DeviceInfo;
import org.simcse.api.engine.GradientBuffer;
import org.simcse.api.engine.Optimizer;
import org.simcse.api.engine.ParameterStore;
import org.simcse.api.engine.Precision;
import org.simcse.api.engine.Program;
import org.simcse.api.engine.Signature;
import org.simcse.api.engine.UpdateRule;
import org.simcse.api.spi.BackendProvider;
import org.simcse.api.tensor.TensorOps;
import org.simcse.tests.reference.ReferenceBackendProvider;

/** The reference backend, passed on call by call; mutants change one of them. */
class MutantBackend implements Backend {
  private final Backend backend;

  MutantBackend(Backend backend) {
    this.backend = backend;
  }

  Backend inner() {
    return backend;
  }

  @Override
  public String name() {
    return backend.name();
  }

  @Override
  public Set<Capability> lacks() {
    return backend.lacks();
  }

  @Override
  public DeviceInfo device() {
    return backend.device();
  }

  @Override
  public Precision precision() {
    return backend.precision();
  }

  @Override
  public ParameterStore parameters() {
    return backend.parameters();
  }

  @Override
  public Program compile(Computation computation, Signature signature) {
    return backend.compile(computation, signature);
  }

  @Override
  public Optimizer createOptimizer(UpdateRule rule) {
    return backend.createOptimizer(rule);
  }

  @Override
  public GradientBuffer gradientBuffer() {
    return backend.gradientBuffer();
  }

  @Override
  public void close() {
    backend.close();
  }

  /** Starts the reference and spoils it. */
  abstract static class Provider implements BackendProvider {
    private final BackendProvider reference = new ReferenceBackendProvider();

    @Override
    public String name() {
      return reference.name();
    }

    @Override
    public String description() {
      return "a mutant of the reference";
    }

    @Override
    public String version() {
      return reference.version();
    }

    @Override
    public Set<Capability> lacks() {
      return reference.lacks();
    }

    /** Puts wrong operations in the place of the engine's. */
    <H> TensorOps<H> spoil(TensorOps<H> ops) {
      return ops;
    }

    /** Puts a wrong backend in the place of the engine's. */
    Backend spoil(Backend backend) {
      return backend;
    }

    @Override
    public final Backend create(BackendConfig config) {
      BackendConfig.OpsDecorator spoiling =
          new BackendConfig.OpsDecorator() {
            @Override
            public <H> TensorOps<H> decorate(TensorOps<H> ops) {
              return config.decorator().decorate(spoil(ops));
            }
          };
      return spoil(reference.create(config.withDecorator(spoiling)));
    }
  }
}
