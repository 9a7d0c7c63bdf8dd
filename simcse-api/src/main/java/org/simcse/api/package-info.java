/**
 * Encoders, poolers, contrastive heads and the gather between ranks, written over tensors alone.
 */
@NullMarked
package org.simcse.api;

import org.jspecify.annotations.NullMarked;
