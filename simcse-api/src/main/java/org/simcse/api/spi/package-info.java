/** The interfaces that backend and plugin authors implement, and the lookup by name. */
@NullMarked
package org.simcse.api.spi;

import org.jspecify.annotations.NullMarked;
