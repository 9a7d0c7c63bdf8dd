/** Placeholder. */
@NullMarked
package org.simcse.cli;

import org.jspecify.annotations.NullMarked;
