/** The curves of a training run, read from {@code metrics.jsonl} and drawn. */
@NullMarked
package org.simcse.cli.chart;

import org.jspecify.annotations.NullMarked;
