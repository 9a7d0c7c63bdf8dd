/** Placeholder. */
@NullMarked
package org.simcse.tf;

import org.jspecify.annotations.NullMarked;
