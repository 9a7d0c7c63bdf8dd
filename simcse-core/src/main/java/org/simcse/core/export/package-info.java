/** Writes models in the formats of others, with equal vectors and the same bits. */
@NullMarked
package org.simcse.core.export;

import org.jspecify.annotations.NullMarked;
