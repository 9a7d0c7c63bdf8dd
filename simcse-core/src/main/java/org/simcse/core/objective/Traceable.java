package org.simcse.core.objective;

import org.simcse.api.spi.Backend;
import org.simcse.api.spi.Computation;
import org.simcse.api.spi.Program;
import org.simcse.api.spi.Signature;

/**
 * A computation and the inputs that it takes.
 *
 * @param computation equal for equal models, so that a backend compiles it once
 * @param signature its inputs
 */
public record Traceable(Computation computation, Signature signature) {
  /** The program, compiled where the backend does not have it yet. */
  public Program on(Backend backend) {
    return backend.compile(computation, signature);
  }
}
