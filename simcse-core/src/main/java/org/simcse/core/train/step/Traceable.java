package org.simcse.core.train.step;

import org.simcse.api.engine.Backend;
import org.simcse.api.engine.Computation;
import org.simcse.api.engine.Program;
import org.simcse.api.engine.Signature;

/**
 * A computation and its inputs.
 *
 * @param computation equal for equal models, so that a backend compiles it once
 * @param signature its inputs
 */
public record Traceable(Computation computation, Signature signature) {
  /** Returns the program, compiled if the backend does not have it yet. */
  public Program on(Backend backend) {
    return backend.compile(computation, signature);
  }
}
