/** The facade for Java programs: open a model, embed, compare. */
@NullMarked
package org.simcse.core;

import org.jspecify.annotations.NullMarked;
