/** DistilBERT (Sanh et al. 2019) for SimCSE. */
@NullMarked
package org.simcse.plugins.distilbert;

import org.jspecify.annotations.NullMarked;
