/**
 * The transfer tasks of SentEval (Conneau and Kiela 2018): how well a linear classifier finds the
 * classes of texts in their vectors.
 *
 * <p>The classifiers are those of SentEval's Python code, trained in the same way; the same seed
 * gives the same folds, initial weights and batches, so that figures differ by rounding alone. They
 * are written in plain Java and not as programs of an engine: one step is a product of a batch with
 * one or five weight vectors, thousands of classifiers take hundreds of thousands of such steps,
 * and starting a program per step would cost more than the step. A classifier runs on one thread
 * and several run at a time, so that results do not depend on the number of threads.
 */
@NullMarked
package org.simcse.core.evaluate.transfer;

import org.jspecify.annotations.NullMarked;
