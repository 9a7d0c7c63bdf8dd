package org.simcse.tests.mutants;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.simcse.api.AuxiliaryLoss;
import org.simcse.api.DistributedGather;
import org.simcse.api.Encoder;
import org.simcse.api.TokenBatch;
import org.simcse.api.engine.Backend;
import org.simcse.api.engine.Computation;
import org.simcse.api.engine.GradientBuffer;
import org.simcse.api.engine.Program;
import org.simcse.api.engine.Signature;
import org.simcse.api.engine.Tape;
import org.simcse.api.tensor.Dim;
import org.simcse.api.tensor.Dropout;
import org.simcse.api.tensor.ElementType;
import org.simcse.api.tensor.ForwardPass;
import org.simcse.api.tensor.HostTensor;
import org.simcse.api.tensor.Shape;
import org.simcse.api.tensor.Tensor;
import org.simcse.api.tensor.TensorOps;
import org.simcse.tests.ops.ForwardingOps;

/** Faults that were made, or nearly made, by people who wrote backends. */
final class Mutants {
  private Mutants() {}

  /** Normalises over the axis before the one it was given. */
  static final class SoftmaxOverTheWrongAxis extends MutantBackend.Provider {
    @Override
    <H> TensorOps<H> spoil(TensorOps<H> ops) {
      return new ForwardingOps<>(ops) {
        @Override
        public H softmax(H x, int axis) {
          return super.softmax(x, Math.max(0, axis - 1));
        }
      };
    }
  }

  /** Reads column by column: the right shape, the wrong order. */
  static final class ReshapeThatTransposes extends MutantBackend.Provider {
    @Override
    <H> TensorOps<H> spoil(TensorOps<H> ops) {
      return new ForwardingOps<>(ops) {
        @Override
        public H reshape(H x, Shape shape) {
          List<Integer> backwards =
              IntStream.range(0, shape.rank()).map(i -> shape.rank() - 1 - i).boxed().toList();
          List<Dim> turned = backwards.stream().map(shape::dim).toList();
          return super.transpose(super.reshape(x, new Shape(turned)), backwards);
        }
      };
    }
  }

  /** Drops out by the place in the batch, whatever the rows' numbers. */
  static final class RowsNumbersIgnored extends MutantBackend.Provider {
    @Override
    <H> TensorOps<H> spoil(TensorOps<H> ops) {
      return new ForwardingOps<>(ops) {
        @Override
        public H dropout(H x, Shape shape, Dropout<H> dropout) {
          List<H> places = List.of(iota(shape.dim(0)));
          return super.dropout(
              x, shape, new Dropout<>(dropout.rate(), dropout.seed(), dropout.site(), places));
        }
      };
    }
  }

  /** Refuses what it lacks with an exception that says nothing. */
  static final class RefusalWithoutTheCapabilitysName extends MutantBackend.Provider {
    @Override
    <H> TensorOps<H> spoil(TensorOps<H> ops) {
      return new ForwardingOps<>(ops) {
        @Override
        public H cast(H x, ElementType type) {
          if (type == ElementType.BFLOAT16) {
            throw new UnsupportedOperationException("not supported");
          }
          return super.cast(x, type);
        }
      };
    }
  }

  /** Compiles every program for training. */
  static final class DropoutActiveInEvaluation extends MutantBackend.Provider {
    @Override
    Backend spoil(Backend backend) {
      return new MutantBackend(backend) {
        @Override
        public Program compile(Computation computation, Signature signature) {
          return inner().compile(computation, signature.whileTraining());
        }
      };
    }
  }

  /** Passes a program on; mutants change a call. */
  static class MutantProgram implements Program {
    final Program program;

    MutantProgram(Program program) {
      this.program = program;
    }

    @Override
    public Map<String, HostTensor> run(Map<String, HostTensor> inputs, long seed) {
      return program.run(inputs, seed);
    }

    @Override
    public Tape record(Map<String, HostTensor> inputs, long seed) {
      return program.record(inputs, seed);
    }

    @Override
    public Results valueAndGradients(
        Map<String, HostTensor> inputs, long seed, GradientBuffer into) {
      return program.valueAndGradients(inputs, seed, into);
    }
  }

  /** Runs with the parameters that it was compiled with, as a graph of constants would. */
  static final class StaleParameter extends MutantBackend.Provider {
    @Override
    Backend spoil(Backend backend) {
      return new MutantBackend(backend) {
        @Override
        public Program compile(Computation computation, Signature signature) {
          Program program = inner().compile(computation, signature);
          Map<String, HostTensor> compiledWith = values(inner());
          return new MutantProgram(program) {
            @Override
            public Map<String, HostTensor> run(Map<String, HostTensor> inputs, long seed) {
              Map<String, HostTensor> current = values(inner());
              compiledWith.forEach(inner().parameters()::set);
              Map<String, HostTensor> outputs = program.run(inputs, seed);
              current.forEach(inner().parameters()::set);
              return outputs;
            }
          };
        }
      };
    }

    private static Map<String, HostTensor> values(Backend backend) {
      Map<String, HostTensor> values = new LinkedHashMap<>();
      for (String name : backend.parameters().names()) {
        values.put(name, backend.parameters().get(name));
      }
      return values;
    }
  }

  /** Puts wrong gradient buffers in the place of the engine's. */
  private abstract static class WrongBuffers extends MutantBackend.Provider {
    abstract MutantGradients spoil(GradientBuffer buffer);

    @Override
    Backend spoil(Backend backend) {
      return new MutantBackend(backend) {
        @Override
        public GradientBuffer gradientBuffer() {
          return WrongBuffers.this.spoil(inner().gradientBuffer());
        }

        @Override
        public Program compile(Computation computation, Signature signature) {
          return new MutantProgram(inner().compile(computation, signature)) {
            @Override
            public Results valueAndGradients(
                Map<String, HostTensor> inputs, long seed, GradientBuffer into) {
              return program.valueAndGradients(inputs, seed, MutantGradients.inner(into));
            }
          };
        }
      };
    }
  }

  /** Hands out buffers whose zero does nothing. */
  static final class GradientAccumulatedAcrossSteps extends WrongBuffers {
    @Override
    MutantGradients spoil(GradientBuffer buffer) {
      return new MutantGradients(buffer) {
        @Override
        public void zero() {}
      };
    }
  }

  /**
   * Hands out buffers whose scale does nothing: what every rank computes is not divided by their
   * number.
   */
  static final class OwnParametersCountedOnceARank extends WrongBuffers {
    @Override
    MutantGradients spoil(GradientBuffer buffer) {
      return new MutantGradients(buffer) {
        @Override
        public void scale(double by) {}
      };
    }
  }

  /** Keeps native memory of every run. */
  static final class HandleLeakedPerStep extends MutantBackend.Provider {
    private static final int BYTES = 1 << 20;
    private final List<ByteBuffer> leaked = new ArrayList<>();

    @Override
    Backend spoil(Backend backend) {
      return new MutantBackend(backend) {
        @Override
        public Program compile(Computation computation, Signature signature) {
          return new MutantProgram(inner().compile(computation, signature)) {
            @Override
            public Map<String, HostTensor> run(Map<String, HostTensor> inputs, long seed) {
              leaked.add(ByteBuffer.allocateDirect(BYTES)); // zeroed, so the pages are resident
              return program.run(inputs, seed);
            }
          };
        }

        @Override
        public void close() {
          leaked.clear();
          super.close();
        }
      };
    }
  }

  /** Gathers rows one rank further on, so that what stands in a rank's own slice is another's. */
  record AnotherRanksSlice(DistributedGather gather) implements DistributedGather {
    @Override
    public int rank() {
      return gather.rank();
    }

    @Override
    public int worldSize() {
      return gather.worldSize();
    }

    @Override
    public HostTensor allGather(HostTensor local) {
      HostTensor all = gather.allGather(local);
      double[] turned = new double[all.size()];
      for (int i = 0; i < turned.length; i++) {
        turned[(i + local.size()) % turned.length] = all.at(i);
      }
      return HostTensor.of(turned, all.shape());
    }

    @Override
    public void allReduceSum(List<HostTensor> tensors) {
      gather.allReduceSum(tensors);
    }

    @Override
    public void broadcast(List<HostTensor> tensors, int root) {
      gather.broadcast(tensors, root);
    }

    @Override
    public void barrier() {
      gather.barrier();
    }

    @Override
    public void abort(int status, String why) {
      gather.abort(status, why);
    }

    @Override
    public void close() {
      gather.close();
    }
  }

  /** Divides by the number of tokens instead of that of masked ones. */
  record AveragedOverAllTokens(AuxiliaryLoss term) implements AuxiliaryLoss {
    @Override
    public Tensor sum(ForwardPass pass, Encoder encoder, TokenBatch batch, Targets targets) {
      Tensor tokens = batch.mask().cast(ElementType.FLOAT).sum();
      Tensor masked = pass.constant(1).broadcastTo(targets.weights().shape());
      return term.sum(
          pass,
          encoder,
          batch,
          new Targets(targets.indices(), targets.targets(), masked.div(tokens)));
    }
  }
}
