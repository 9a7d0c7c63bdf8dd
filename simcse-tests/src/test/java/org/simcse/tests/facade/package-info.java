/** The facade on each engine, with the embedded model. */
@NullMarked
package org.simcse.tests.facade;

import org.jspecify.annotations.NullMarked;
