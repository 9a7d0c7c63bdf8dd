/**
 * The computation of a training step: projected rows, the loss across them, gradients, auxiliary
 * losses and the update.
 */
@NullMarked
package org.simcse.core.train.step;

import org.jspecify.annotations.NullMarked;
