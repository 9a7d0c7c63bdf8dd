/** Optimisers and learning-rate schedules, written once for every backend. */
@NullMarked
package org.simcse.core.optimize;

import org.jspecify.annotations.NullMarked;
