/**
 * What can go wrong: unchecked exceptions whose messages name the offending value, the place and
 * what to do.
 */
@NullMarked
package org.simcse.api.error;

import org.jspecify.annotations.NullMarked;
