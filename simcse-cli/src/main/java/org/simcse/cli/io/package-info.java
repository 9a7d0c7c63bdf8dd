/**
 * What the commands read and write: rows and texts in, vectors out to a file, a pipe or standard
 * output.
 */
@NullMarked
package org.simcse.cli.io;

import org.jspecify.annotations.NullMarked;
