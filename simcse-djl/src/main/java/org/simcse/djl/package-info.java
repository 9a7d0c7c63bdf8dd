/** Placeholder. */
@NullMarked
package org.simcse.djl;

import org.jspecify.annotations.NullMarked;
