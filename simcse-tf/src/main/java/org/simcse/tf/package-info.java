/** The backend {@code tensorflow}, on TensorFlow Java in graph mode. */
@NullMarked
package org.simcse.tf;

import org.jspecify.annotations.NullMarked;
