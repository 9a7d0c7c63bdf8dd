/**
 * The backend {@code reference}: pure Java, double precision, plain loops and a reverse-mode
 * gradient of its own. The oracle of the conformance kit.
 */
@NullMarked
package org.simcse.tests.reference;

import org.jspecify.annotations.NullMarked;
