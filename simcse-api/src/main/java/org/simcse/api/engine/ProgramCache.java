package org.simcse.api.engine;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * The programs of a backend; for backend authors.
 *
 * <p>Equal computations with equal signatures, compiled while the same parameters are trainable,
 * share one program. A lookup shares the backend's lock with runs; compiling is exclusive.
 *
 * @param <P> the backend's program
 * @since 0.1.0
 */
public final class ProgramCache<P extends Program> {
  private record Key(Computation computation, Signature signature, Set<String> frozen) {}

  private final Lifecycle lifecycle;
  private final ParameterTable<?> parameters;
  private final BiFunction<Computation, Signature, P> compiler;
  private final Map<Key, P> programs = new HashMap<>();

  /**
   * Creates an empty cache.
   *
   * @param lifecycle the backend's
   * @param parameters the backend's
   * @param compiler creates a program; called under the exclusive lock
   */
  public ProgramCache(
      Lifecycle lifecycle,
      ParameterTable<?> parameters,
      BiFunction<Computation, Signature, P> compiler) {
    this.lifecycle = lifecycle;
    this.parameters = parameters;
    this.compiler = compiler;
  }

  /** Returns the program, compiling it if there is none yet. */
  public P get(Computation computation, Signature signature) {
    return lifecycle
        .shared(() -> Optional.ofNullable(programs.get(key(computation, signature))))
        .orElseGet(() -> lifecycle.exclusive(() -> compile(computation, signature)));
  }

  private P compile(Computation computation, Signature signature) {
    Key key = key(computation, signature);
    P known = programs.get(key); // another thread may have been faster
    if (known != null) {
      return known;
    }
    P program = compiler.apply(computation, signature);
    programs.put(key, program);
    return program;
  }

  private Key key(Computation computation, Signature signature) {
    return new Key(computation, signature, parameters.frozen());
  }
}
