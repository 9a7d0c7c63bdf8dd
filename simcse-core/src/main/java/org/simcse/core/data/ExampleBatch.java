package org.simcse.core.data;

import java.util.List;

/**
 * The examples of one step.
 *
 * @param at the position of the batch
 * @param examples its N examples
 * @param after the position of the next batch, to resume from after this one
 */
public record ExampleBatch(SamplePosition at, List<Example> examples, SamplePosition after) {
  /** Copies the examples. */
  public ExampleBatch {
    examples = List.copyOf(examples);
  }
}
