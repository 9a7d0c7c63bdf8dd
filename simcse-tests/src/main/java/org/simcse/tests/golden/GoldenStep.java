package org.simcse.tests.golden;

import java.util.Map;
import java.util.function.Function;
import org.simcse.api.DistributedGather;
import org.simcse.api.engine.Backend;
import org.simcse.api.engine.GradientBuffer;
import org.simcse.api.engine.ParameterStore;
import org.simcse.api.tensor.HostTensor;
import org.simcse.core.builtin.LocalGather;
import org.simcse.core.train.step.ContrastiveStep;
import org.simcse.core.train.step.GradientReduction;
import org.simcse.core.train.step.StepConfig;
import org.simcse.core.train.step.TrainingBatch;
import org.simcse.core.train.step.TrainingModel;
import org.simcse.tests.TestEnvironment;

/**
 * The result of a step.
 *
 * @param terms the loss and its terms
 * @param gradients the gradients by parameter
 */
record GoldenStep(Map<String, Double> terms, Map<String, HostTensor> gradients) {
  /** The whole batch in one program. */
  static final StepConfig FUSED = new StepConfig(StepConfig.WHOLE, GradientReduction.SUM, false);

  /** Computes a step of one process. */
  static GoldenStep of(
      Backend backend, TrainingModel model, StepConfig form, TrainingBatch batch, long seed) {
    try (LocalGather alone = new LocalGather()) {
      return of(backend, model, alone, form, batch, seed);
    }
  }

  /** Computes a step of one of several ranks. */
  static GoldenStep of(
      Backend backend,
      TrainingModel model,
      DistributedGather gather,
      StepConfig form,
      TrainingBatch batch,
      long seed) {
    try (GradientBuffer gradients = backend.gradientBuffer()) {
      Map<String, Double> terms =
          new ContrastiveStep(backend, model, gather, form).compute(batch, seed, gradients);
      return new GoldenStep(terms, gradients.read());
    }
  }

  /**
   * Returns, for every parameter's gradient, the sums of the magnitudes of its contributions,
   * computed by the reference.
   *
   * @param model sets parameters and returns the training model
   */
  static Map<String, HostTensor> summands(
      TestEnvironment environment,
      Function<ParameterStore, TrainingModel> model,
      StepConfig form,
      TrainingBatch batch,
      long seed) {
    try (Backend unsigned = environment.startSummands()) {
      return of(unsigned, model.apply(unsigned.parameters()), form, batch, seed).gradients();
    }
  }
}
