/**
 * Quality metrics of sentence vectors: rank correlation with human scores, alignment, uniformity.
 */
@NullMarked
package org.simcse.core.evaluate;

import org.jspecify.annotations.NullMarked;
