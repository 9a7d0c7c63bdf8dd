/**
 * Training: configuration, training loop, checkpoints and listeners.
 *
 * <p>{@link org.simcse.core.train.Trainer} is the entry point.
 */
@NullMarked
package org.simcse.core.train;

import org.jspecify.annotations.NullMarked;
