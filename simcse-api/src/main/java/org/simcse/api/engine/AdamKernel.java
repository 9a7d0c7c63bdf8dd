package org.simcse.api.engine;

import java.util.Optional;

/**
 * A step of Adam with decoupled weight decay (Kingma and Ba 2015, algorithm 1; Loshchilov and
 * Hutter 2019, algorithm 2), for which engines have fused kernels: {@code value (1 - decay) -
 * stepSize m / (√v + epsilon)} with the new moments m and v. The bias correction is part of the
 * step size and epsilon.
 *
 * @param mean the name of the state that holds m, the moving average of the gradient
 * @param variance the name of the state that holds v, the moving average of the squared gradient
 * @param beta1 the decay rate of the mean
 * @param beta2 the decay rate of the variance
 * @param stepSize the name of a hyperparameter
 * @param epsilon the name of a hyperparameter
 * @param decay the name of a hyperparameter, the fraction by which the value decays; empty for no
 *     decay
 * @since 0.1.0
 */
public record AdamKernel(
    String mean,
    String variance,
    double beta1,
    double beta2,
    String stepSize,
    String epsilon,
    Optional<String> decay) {}
