/**
 * The tensor vocabulary in which models are written once, and what a backend implements to trace
 * them.
 */
@NullMarked
package org.simcse.api.tensor;

import org.jspecify.annotations.NullMarked;
