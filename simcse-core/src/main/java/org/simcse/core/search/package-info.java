/** Search for the nearest vectors. */
@NullMarked
package org.simcse.core.search;

import org.jspecify.annotations.NullMarked;
