/** Writing Parquet. */
@NullMarked
package org.simcse.parquet;

import org.jspecify.annotations.NullMarked;
