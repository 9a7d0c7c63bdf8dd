/** What backend and plugin authors implement, and the by-name lookup that finds them. */
@NullMarked
package org.simcse.api.spi;

import org.jspecify.annotations.NullMarked;
