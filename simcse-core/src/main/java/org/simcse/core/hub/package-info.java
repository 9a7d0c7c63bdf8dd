/** A client of the Hugging Face Hub, and the cache that it shares with Python's. */
@NullMarked
package org.simcse.core.hub;

import org.jspecify.annotations.NullMarked;
