package org.simcse.core.train;

import java.nio.file.Path;

/**
 * Describes a run to listeners when it starts.
 *
 * @param output the output directory
 * @param steps the number of steps of the whole run
 * @param stepsDone the number of steps done before, 0 unless the run is resumed
 * @param logSteps the number of steps per line of the log
 * @since 0.1.0
 */
public record RunInfo(Path output, long steps, long stepsDone, long logSteps) {}
