package org.simcse.core.train;

import org.simcse.core.data.ExampleBatch;
import org.simcse.core.train.step.TrainingBatch;

/**
 * A batch that is ready to be trained on.
 *
 * @param examples where it comes from
 * @param tokens what it was made into
 */
record PreparedBatch(ExampleBatch examples, TrainingBatch tokens) {}
