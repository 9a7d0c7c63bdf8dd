/**
 * Numbers made by running the reference implementation of SimCSE, and what compares a backend with
 * them.
 */
@NullMarked
package org.simcse.tests.golden;

import org.jspecify.annotations.NullMarked;
