/** Sentence vectors of the rows of Spark datasets. On the class path only: Spark is no module. */
@NullMarked
package org.simcse.spark;

import org.jspecify.annotations.NullMarked;
