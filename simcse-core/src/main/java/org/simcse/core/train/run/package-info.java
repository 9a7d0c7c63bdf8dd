/** The files of a training run: its directory, checkpoints, state and manifest. */
@NullMarked
package org.simcse.core.train.run;

import org.jspecify.annotations.NullMarked;
