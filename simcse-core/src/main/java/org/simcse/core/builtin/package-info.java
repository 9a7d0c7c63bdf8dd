/**
 * The built-in encoders, poolers, head and gather; found by ServiceLoader, as those of plugins are.
 */
@NullMarked
package org.simcse.core.builtin;

import org.jspecify.annotations.NullMarked;
