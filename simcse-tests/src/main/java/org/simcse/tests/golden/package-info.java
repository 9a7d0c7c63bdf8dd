/**
 * Numbers computed by the reference implementation of SimCSE, and the tests that compare a backend
 * with them.
 */
@NullMarked
package org.simcse.tests.golden;

import org.jspecify.annotations.NullMarked;
