/** Programs that measure the engines' speed and memory; {@code benchmarks/README.md} tells how. */
@NullMarked
package org.simcse.benchmarks;

import org.jspecify.annotations.NullMarked;
