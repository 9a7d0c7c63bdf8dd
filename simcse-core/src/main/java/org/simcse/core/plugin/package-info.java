/** Plugin jars, each in a module layer of its own. */
@NullMarked
package org.simcse.core.plugin;

import org.jspecify.annotations.NullMarked;
