/** Assembles encoder, pooler and head into the computation from token ids to sentence vectors. */
@NullMarked
package org.simcse.core.model;

import org.jspecify.annotations.NullMarked;
