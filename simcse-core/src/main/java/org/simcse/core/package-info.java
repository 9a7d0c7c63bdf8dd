/** Placeholder. */
@NullMarked
package org.simcse.core;

import org.jspecify.annotations.NullMarked;
