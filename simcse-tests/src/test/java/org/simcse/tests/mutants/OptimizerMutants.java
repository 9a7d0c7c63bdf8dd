package org.simcse.tests.mutants;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import org.simcse.api.engine.Backend;
import org.simcse.api.engine.Computation;
import org.simcse.api.engine.GradientBuffer;
import org.simcse.api.engine.Optimizer;
import org.simcse.api.engine.Program;
import org.simcse.api.engine.Signature;
import org.simcse.api.engine.UpdateRule;
import org.simcse.api.tensor.HostTensor;
import org.simcse.api.tensor.Tensor;
import org.simcse.core.train.step.AdamW;

/** Faults in how parameters are updated. */
final class OptimizerMutants {
  private OptimizerMutants() {}

  /** Decays before the update, with the step size of a parameter that does not decay. */
  static final class DecayBeforeTheUpdate extends MutantBackend.Provider {
    private record EarlyDecay(AdamW rule) implements UpdateRule {
      @Override
      public List<String> state() {
        return rule.state();
      }

      @Override
      public List<String> hyperparameters() {
        return rule.hyperparameters();
      }

      @Override
      public Updated update(Slot slot) {
        Map<String, Tensor> hyperparameters = new HashMap<>(slot.hyperparameters());
        hyperparameters.put("step_size_with_decay", slot.hyperparameter("step_size"));
        return rule.update(
            new Slot(
                slot.parameter(), slot.value(), slot.gradient(), slot.state(), hyperparameters));
      }
    }

    @Override
    Backend spoil(Backend backend) {
      return new MutantBackend(backend) {
        @Override
        public Optimizer createOptimizer(UpdateRule rule) {
          return inner().createOptimizer(new EarlyDecay((AdamW) rule));
        }
      };
    }
  }

  /** Limits the norm of every gradient, not that of all together. */
  static final class ClipPerTensor extends MutantBackend.Provider {
    private static final class Gradients extends MutantGradients {
      Gradients(GradientBuffer inner) {
        super(inner);
      }

      @Override
      public double clip(double maxNorm) {
        double norm = globalNorm();
        onHost(gradients -> gradients.forEach(gradient -> clip(gradient, maxNorm)));
        return norm;
      }

      private static void clip(HostTensor gradient, double maxNorm) {
        double[] values = ((HostTensor.Doubles) gradient).data().array();
        double norm = Math.sqrt(Arrays.stream(values).map(x -> x * x).sum());
        double factor = Math.min(1, maxNorm / (norm + CLIP_EPS));
        Arrays.setAll(values, i -> values[i] * factor);
      }
    }

    private record Unwrapping(Optimizer inner) implements Optimizer {
      @Override
      public void apply(GradientBuffer gradients, Map<String, Double> numbers) {
        inner.apply(MutantGradients.inner(gradients), numbers);
      }

      @Override
      public SortedSet<String> names() {
        return inner.names();
      }

      @Override
      public HostTensor get(String name) {
        return inner.get(name);
      }

      @Override
      public void set(String name, HostTensor value) {
        inner.set(name, value);
      }

      @Override
      public void close() {
        inner.close();
      }
    }

    @Override
    Backend spoil(Backend backend) {
      return new MutantBackend(backend) {
        @Override
        public GradientBuffer gradientBuffer() {
          return new Gradients(inner().gradientBuffer());
        }

        @Override
        public Optimizer createOptimizer(UpdateRule rule) {
          return new Unwrapping(inner().createOptimizer(rule));
        }

        @Override
        public Program compile(Computation computation, Signature signature) {
          return new Mutants.MutantProgram(inner().compile(computation, signature)) {
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
}
