package org.simcse.tests.mutants;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedSet;
import org.simcse.api.engine.Backend;
import org.simcse.api.engine.Computation;
import org.simcse.api.engine.GradientBuffer;
import org.simcse.api.engine.ParameterStore;
import org.simcse.api.engine.Precision;
import org.simcse.api.engine.Program;
import org.simcse.api.engine.Signature;
import org.simcse.api.tensor.ElementType;
import org.simcse.api.tensor.HostTensor;
import org.simcse.api.tensor.Tensor;

/**
 * Faults in the bookkeeping of a backend: it computes right, and lets through what it should not.
 */
final class ContractMutants {
  private ContractMutants() {}

  /** A store, passed on call by call; mutants change one of them. */
  private static class MutantStore implements ParameterStore {
    private final ParameterStore store;

    MutantStore(ParameterStore store) {
      this.store = store;
    }

    @Override
    public SortedSet<String> names() {
      return store.names();
    }

    @Override
    public void set(String name, HostTensor value) {
      store.set(name, value);
    }

    @Override
    public HostTensor get(String name) {
      return store.get(name);
    }

    @Override
    public void setTrainable(String name, boolean trainable) {
      store.setTrainable(name, trainable);
    }

    @Override
    public boolean isTrainable(String name) {
      return store.isTrainable(name);
    }
  }

  /** Takes the name of a parameter to freeze on trust. */
  static final class UnknownNamesFrozen extends MutantBackend.Provider {
    @Override
    Backend spoil(Backend backend) {
      ParameterStore trusting =
          new MutantStore(backend.parameters()) {
            @Override
            public void setTrainable(String name, boolean trainable) {
              if (names().contains(name)) {
                super.setTrainable(name, trainable);
              }
            }
          };
      return new MutantBackend(backend) {
        @Override
        public ParameterStore parameters() {
          return trusting;
        }
      };
    }
  }

  /** Leaves it to the caller what automatic precision means. */
  static final class PrecisionLeftOpen extends MutantBackend.Provider {
    @Override
    Backend spoil(Backend backend) {
      return new MutantBackend(backend) {
        @Override
        public Precision precision() {
          return Precision.AUTO;
        }
      };
    }
  }

  /** Takes integers for floating-point numbers. */
  static final class IntegersNarrowed extends MutantBackend.Provider {
    @Override
    Backend spoil(Backend backend) {
      ParameterStore narrowing =
          new MutantStore(backend.parameters()) {
            @Override
            public void set(String name, HostTensor value) {
              super.set(name, HostTensor.of(value.toFloats(), value.shape()));
            }
          };
      return new MutantBackend(backend) {
        @Override
        public ParameterStore parameters() {
          return narrowing;
        }
      };
    }
  }

  /** Makes the gradients of a program when it first runs, for what is trainable then. */
  static final class TrainabilitySettledAtTheFirstRun extends MutantBackend.Provider {
    @Override
    Backend spoil(Backend backend) {
      return new MutantBackend(backend) {
        @Override
        public Program compile(Computation computation, Signature signature) {
          return new Mutants.MutantProgram(inner().compile(computation, signature)) {
            @Override
            public Results valueAndGradients(
                Map<String, HostTensor> inputs, long seed, GradientBuffer into) {
              return inner().compile(computation, signature).valueAndGradients(inputs, seed, into);
            }
          };
        }
      };
    }
  }

  /** Leaves buffers that it does not know as they are, and says nothing. */
  static final class ForeignBuffersIgnored extends MutantBackend.Provider {
    @Override
    Backend spoil(Backend backend) {
      return new MutantBackend(backend) {
        @Override
        public Program compile(Computation computation, Signature signature) {
          return new Mutants.MutantProgram(inner().compile(computation, signature)) {
            @Override
            public Results valueAndGradients(
                Map<String, HostTensor> inputs, long seed, GradientBuffer into) {
              try {
                return program.valueAndGradients(inputs, seed, into);
              } catch (IllegalArgumentException e) {
                try (GradientBuffer own = gradientBuffer()) {
                  return program.valueAndGradients(inputs, seed, own);
                }
              }
            }
          };
        }
      };
    }
  }

  /** Hands truth values out as numbers. */
  static final class TruthValuesHandedOut extends MutantBackend.Provider {
    @Override
    Backend spoil(Backend backend) {
      return new MutantBackend(backend) {
        @Override
        public Program compile(Computation computation, Signature signature) {
          return inner()
              .compile(
                  (pass, inputs) -> {
                    Map<String, Tensor> outputs = new LinkedHashMap<>();
                    computation
                        .trace(pass, inputs)
                        .forEach(
                            (name, tensor) ->
                                outputs.put(
                                    name,
                                    tensor.type() == ElementType.BOOL
                                        ? tensor.cast(ElementType.INT)
                                        : tensor));
                    return outputs;
                  },
                  signature);
        }
      };
    }
  }

  /** Answers from memory what it was asked before, though it is closed. */
  static final class AnswersAfterClose extends MutantBackend.Provider {
    @Override
    Backend spoil(Backend backend) {
      return new MutantBackend(backend) {
        @Override
        public Program compile(Computation computation, Signature signature) {
          return new Mutants.MutantProgram(inner().compile(computation, signature)) {
            private final Map<Map<String, HostTensor>, Map<String, HostTensor>> known =
                new LinkedHashMap<>();

            @Override
            public Map<String, HostTensor> run(Map<String, HostTensor> inputs, long seed) {
              try {
                Map<String, HostTensor> outputs = program.run(inputs, seed);
                known.put(inputs, outputs);
                return outputs;
              } catch (IllegalStateException e) {
                return known.values().stream().findFirst().orElseThrow(() -> e);
              }
            }
          };
        }
      };
    }
  }
}
