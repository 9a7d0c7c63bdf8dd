/** The gather of a training run of one rank. */
@NullMarked
package org.simcse.core.gather;

import org.jspecify.annotations.NullMarked;
