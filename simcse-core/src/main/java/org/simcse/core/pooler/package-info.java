/** The built-in poolers. */
@NullMarked
package org.simcse.core.pooler;

import org.jspecify.annotations.NullMarked;
