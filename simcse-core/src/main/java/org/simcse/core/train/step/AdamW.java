package org.simcse.core.train.step;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.simcse.api.engine.AdamKernel;
import org.simcse.api.engine.UpdateRule;
import org.simcse.api.tensor.Tensor;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter 2019, algorithm 2), in two forms.
 *
 * <p>Biases and the weights of layer normalization do not decay, as in the reference: parameters
 * whose name ends in {@code bias} or {@code LayerNorm.weight}.
 *
 * @param form where epsilon and weight decay enter
 * @param beta1 in [0, 1), decay rate of the moving average of the gradient
 * @param beta2 in [0, 1), decay rate of the moving average of the squared gradient
 * @param epsilon above 0
 * @param weightDecay at least 0; a step subtracts this times the learning rate times the value
 */
public record AdamW(Form form, double beta1, double beta2, double epsilon, double weightDecay)
    implements UpdateRule {
  /** Where epsilon and weight decay enter. */
  public enum Form {
    /**
     * As in Hugging Face transformers before 4.46, which the reference trains with: epsilon is
     * added before bias correction, and the updated value decays.
     */
    HF,
    /**
     * As in {@code torch.optim.AdamW}: epsilon is added after bias correction, and the value decays
     * before the update.
     */
    TORCH
  }

  private static final String MEAN = "exp_avg";
  private static final String VARIANCE = "exp_avg_sq";
  private static final String STEP_SIZE = "step_size";
  private static final String STEP_SIZE_WITH_DECAY = "step_size_with_decay";
  private static final String EPSILON = "epsilon";
  private static final String DECAY = "decay";

  /** Validates the ranges. */
  public AdamW {
    check(beta1 >= 0 && beta1 < 1, "beta1 must be at least 0 and below 1", beta1);
    check(beta2 >= 0 && beta2 < 1, "beta2 must be at least 0 and below 1", beta2);
    check(epsilon > 0, "epsilon must be above 0", epsilon);
    check(weightDecay >= 0, "the weight decay must be at least 0", weightDecay);
  }

  /** Returns the form with the usual betas and epsilon: 0.9, 0.999 and 1e-8. */
  public static AdamW of(Form form, double weightDecay) {
    return new AdamW(form, 0.9, 0.999, 1e-8, weightDecay);
  }

  private static void check(boolean holds, String rule, double value) {
    if (!holds) {
      throw new IllegalArgumentException("AdamW: " + rule + ", but it is " + value + ".");
    }
  }

  @Override
  public List<String> state() {
    return List.of(MEAN, VARIANCE);
  }

  @Override
  public List<String> hyperparameters() {
    return List.of(STEP_SIZE, STEP_SIZE_WITH_DECAY, EPSILON, DECAY);
  }

  /**
   * Returns the hyperparameters of a step; the bias correction is part of step size and epsilon.
   *
   * @param step from 1
   * @param learningRate at this step, at least 0
   */
  public Map<String, Double> at(long step, double learningRate) {
    double correction = Math.sqrt(1 - Math.pow(beta2, (double) step));
    double stepSize = learningRate * correction / (1 - Math.pow(beta1, (double) step));
    double decay = learningRate * weightDecay;
    return Map.of(
        STEP_SIZE,
        stepSize,
        STEP_SIZE_WITH_DECAY,
        // Decay after the update equals decay before it with a smaller step.
        form == Form.HF ? stepSize * (1 - decay) : stepSize,
        EPSILON,
        form == Form.HF ? epsilon : epsilon * correction,
        DECAY,
        decay);
  }

  @Override
  public Updated update(Slot slot) {
    AdamKernel names = adam(slot.parameter());
    Tensor gradient = slot.gradient();
    Tensor mean = slot.state(MEAN).mul(beta1).add(gradient.mul(1 - beta1));
    Tensor variance = slot.state(VARIANCE).mul(beta2).add(gradient.mul(gradient).mul(1 - beta2));
    Tensor step =
        mean.mul(slot.hyperparameter(names.stepSize()))
            .div(variance.sqrt().add(slot.hyperparameter(EPSILON)));
    Tensor kept =
        names
            .decay()
            .map(share -> slot.value().sub(slot.value().mul(slot.hyperparameter(share))))
            .orElse(slot.value());
    return new Updated(kept.sub(step), Map.of(MEAN, mean, VARIANCE, variance));
  }

  @Override
  public Optional<AdamKernel> kernel(String parameter) {
    return Optional.of(adam(parameter));
  }

  private AdamKernel adam(String parameter) {
    boolean decays = decays(parameter);
    return new AdamKernel(
        MEAN,
        VARIANCE,
        beta1,
        beta2,
        decays ? STEP_SIZE_WITH_DECAY : STEP_SIZE,
        EPSILON,
        decays ? Optional.of(DECAY) : Optional.empty());
  }

  private boolean decays(String parameter) {
    return weightDecay > 0
        && !parameter.endsWith("bias")
        && !parameter.endsWith("LayerNorm.weight");
  }
}
