/** Embedding texts in batches. */
@NullMarked
package org.simcse.core.embed;

import org.jspecify.annotations.NullMarked;
