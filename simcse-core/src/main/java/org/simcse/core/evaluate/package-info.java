/**
 * Quality metrics of sentence vectors: rank correlation with human scores, alignment, uniformity,
 * accuracy on triplets, and measures of retrieval.
 */
@NullMarked
package org.simcse.core.evaluate;

import org.jspecify.annotations.NullMarked;
