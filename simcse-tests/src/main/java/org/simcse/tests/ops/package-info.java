/** Decorators of a backend's operations, for checks and tests. */
@NullMarked
package org.simcse.tests.ops;

import org.jspecify.annotations.NullMarked;
