/**
 * What training differentiates: projected rows, the loss across them, and their gradients, in one
 * program or in micro-batches and ranks.
 */
@NullMarked
package org.simcse.core.objective;

import org.jspecify.annotations.NullMarked;
