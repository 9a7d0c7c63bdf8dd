/**
 * Unchecked exceptions whose messages name the offending value, where it occurred and what to do.
 */
@NullMarked
package org.simcse.api.error;

import org.jspecify.annotations.NullMarked;
