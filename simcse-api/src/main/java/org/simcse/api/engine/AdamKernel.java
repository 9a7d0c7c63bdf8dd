package org.simcse.api.engine;

import java.util.Optional;

/**
 * A step of Adam with decoupled weight decay (Kingma and Ba 2015, algorithm 1; Loshchilov and
 * Hutter 2019, algorithm 2), for which engines have fused kernels: {@code value (1 - decay) -
 * stepSize m / (√v + epsilon)} with the new moments m and v. The correction of bias is a part of
 * step size and epsilon.
 *
 * @param mean the name of the state that holds m, the moving average of the gradient
 * @param variance the name of the state that holds v, that of the gradient's square
 * @param beta1 how much of the mean stays
 * @param beta2 how much of the variance stays
 * @param stepSize the name of a number
 * @param epsilon the name of a number
 * @param decay the name of a number, the share of the value that goes; none for none
 */
public record AdamKernel(
    String mean,
    String variance,
    double beta1,
    double beta2,
    String stepSize,
    String epsilon,
    Optional<String> decay) {}
