/** Mining hard negatives for training. */
@NullMarked
package org.simcse.core.mine;

import org.jspecify.annotations.NullMarked;
