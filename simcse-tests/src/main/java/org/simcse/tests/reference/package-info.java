/**
 * The backend {@code reference}: pure Java, double precision, plain loops and its own reverse-mode
 * differentiation. The oracle of the conformance kit.
 */
@NullMarked
package org.simcse.tests.reference;

import org.jspecify.annotations.NullMarked;
