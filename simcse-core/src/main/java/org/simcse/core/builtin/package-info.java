/** The built-in encoders, poolers, head and gather; found by ServiceLoader, as a plugin's are. */
@NullMarked
package org.simcse.core.builtin;

import org.jspecify.annotations.NullMarked;
