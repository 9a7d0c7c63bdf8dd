/** What a user writes to choose a provider. */
@NullMarked
package org.simcse.core.plugin;

import org.jspecify.annotations.NullMarked;
