package org.simcse.api;

import org.simcse.api.tensor.Tensor;

/**
 * The projected vectors of one contrastive batch.
 *
 * @param anchors {@code [N, P]}
 * @param positives {@code [N, P]}; row i belongs to anchor i
 * @param hardNegatives {@code [N, K, P]} with K at least 0; those of row i belong to anchor i
 * @param extraNegatives {@code [Q, P]} with Q at least 0, negatives of every anchor, such as a
 *     queue
 */
public record Views(
    Tensor anchors, Tensor positives, Tensor hardNegatives, Tensor extraNegatives) {}
