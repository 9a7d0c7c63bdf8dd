/** Files that appear whole or not at all, JSON, checksums and other input and output. */
@NullMarked
package org.simcse.core.io;

import org.jspecify.annotations.NullMarked;
