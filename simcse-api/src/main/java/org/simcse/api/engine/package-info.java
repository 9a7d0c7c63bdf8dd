/**
 * The interfaces that engine authors implement: a backend, its programs, parameters and optimizers.
 */
@NullMarked
package org.simcse.api.engine;

import org.jspecify.annotations.NullMarked;
