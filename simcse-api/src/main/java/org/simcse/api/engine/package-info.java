/** What engine authors implement: a backend, its programs, parameters and updates. */
@NullMarked
package org.simcse.api.engine;

import org.jspecify.annotations.NullMarked;
