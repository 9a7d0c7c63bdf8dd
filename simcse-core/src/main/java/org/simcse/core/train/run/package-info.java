/** What a training run keeps on disk: its directory, checkpoints, state and manifest. */
@NullMarked
package org.simcse.core.train.run;

import org.jspecify.annotations.NullMarked;
