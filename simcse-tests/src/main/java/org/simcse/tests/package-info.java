/** Placeholder. */
@NullMarked
package org.simcse.tests;

import org.jspecify.annotations.NullMarked;
