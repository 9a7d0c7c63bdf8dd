/**
 * Encoder, pooler and head put together into the computation that turns token ids into sentence
 * vectors.
 */
@NullMarked
package org.simcse.core.model;

import org.jspecify.annotations.NullMarked;
