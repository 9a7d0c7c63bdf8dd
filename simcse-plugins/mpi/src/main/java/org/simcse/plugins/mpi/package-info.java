/** MPI, called through JNA: nothing of it is needed to compile. */
@NullMarked
package org.simcse.plugins.mpi;

import org.jspecify.annotations.NullMarked;
