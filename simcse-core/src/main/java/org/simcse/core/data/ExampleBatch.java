package org.simcse.core.data;

import java.util.List;

/**
 * The examples of one step.
 *
 * @param at where the batch begins
 * @param examples its N examples
 * @param after where the next batch begins: what to keep in order to go on after this one
 */
public record ExampleBatch(SamplePosition at, List<Example> examples, SamplePosition after) {
  /** Copies the examples. */
  public ExampleBatch {
    examples = List.copyOf(examples);
  }
}
