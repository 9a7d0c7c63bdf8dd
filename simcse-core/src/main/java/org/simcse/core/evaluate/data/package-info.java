/** The files of evaluation data: which there are, and how they get where they belong. */
@NullMarked
package org.simcse.core.evaluate.data;

import org.jspecify.annotations.NullMarked;
