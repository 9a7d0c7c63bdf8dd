@NullMarked
package org.simcse.spark;

import org.jspecify.annotations.NullMarked;
