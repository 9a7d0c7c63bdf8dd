package org.simcse.api.tensor;

import java.util.Optional;

/**
 * What a step of Adam needs beside value and gradient; see {@link TensorOps#adam}.
 *
 * @param mean the moving average of the gradient before the step
 * @param variance the moving average of the gradient's square before the step
 * @param beta1 how much of the mean stays
 * @param beta2 how much of the variance stays
 * @param stepSize a scalar
 * @param epsilon a scalar
 * @param decay a scalar, the share of the value that goes; none for none
 * @param <H> the engine's handle
 */
public record Adam<H>(
    H mean, H variance, double beta1, double beta2, H stepSize, H epsilon, Optional<H> decay) {}
