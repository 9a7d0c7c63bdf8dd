package org.simcse.core.train;

import java.nio.file.Path;

/**
 * What a listener knows about a run when it begins.
 *
 * @param output the output directory
 * @param steps of the whole run
 * @param stepsDone before it begins, 0 unless it is resumed
 * @param logSteps steps between two lines of the log
 */
public record RunInfo(Path output, long steps, long stepsDone, long logSteps) {}
