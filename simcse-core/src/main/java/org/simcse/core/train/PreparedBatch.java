package org.simcse.core.train;

import org.simcse.core.data.ExampleBatch;
import org.simcse.core.train.step.TrainingBatch;

/**
 * A batch that is ready for training.
 *
 * @param examples the examples of the batch
 * @param tokens the tokens made from them
 */
record PreparedBatch(ExampleBatch examples, TrainingBatch tokens) {}
