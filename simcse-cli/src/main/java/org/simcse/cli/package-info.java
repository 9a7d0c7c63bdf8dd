/** The command line: one class per command, and what the commands share. */
@NullMarked
package org.simcse.cli;

import org.jspecify.annotations.NullMarked;
