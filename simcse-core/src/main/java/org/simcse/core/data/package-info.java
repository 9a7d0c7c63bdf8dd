/** Training data: rows of texts, their order, and the pre-flight of a file. */
@NullMarked
package org.simcse.core.data;

import org.jspecify.annotations.NullMarked;
