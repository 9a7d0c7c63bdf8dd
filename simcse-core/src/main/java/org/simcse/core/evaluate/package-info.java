/** How good sentence vectors are: rank correlation with people's scores, alignment, uniformity. */
@NullMarked
package org.simcse.core.evaluate;

import org.jspecify.annotations.NullMarked;
