/** The command line: one class a command, and what they share. */
@NullMarked
package org.simcse.cli;

import org.jspecify.annotations.NullMarked;
