/**
 * The tensor operations that models are written with, and the interfaces that a backend implements
 * to trace them.
 */
@NullMarked
package org.simcse.api.tensor;

import org.jspecify.annotations.NullMarked;
