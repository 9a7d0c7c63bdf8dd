/**
 * Training: configuration, the loop, checkpoints, and who listens to it.
 *
 * <p>{@link org.simcse.core.train.Trainer} is the way in.
 */
@NullMarked
package org.simcse.core.train;

import org.jspecify.annotations.NullMarked;
