/** Text tables: csv, tsv, jsonl and plain text, read by the same rules. */
@NullMarked
package org.simcse.core.table;

import org.jspecify.annotations.NullMarked;
