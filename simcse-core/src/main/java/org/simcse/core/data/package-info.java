/** What a model is trained on: rows of texts, their order, and what is known of them beforehand. */
@NullMarked
package org.simcse.core.data;

import org.jspecify.annotations.NullMarked;
