/** The facade for Java programs: opening a model, embedding and comparing texts. */
@NullMarked
package org.simcse.core;

import org.jspecify.annotations.NullMarked;
