package org.simcse.core.data;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.simcse.api.error.InvalidInputException;
import org.simcse.core.io.SplitMix64;

/**
 * Iterates over the batches of a run: every row once per epoch, in an order determined by seed and
 * epoch.
 *
 * <pre>{@code
 * long rows = file.count();
 * try (var batches = new BatchSource(file, rows, Sampling.of(64, 42), 1, SamplePosition.START)) {
 *   batches.forEachRemaining(batch -> train(batch.examples()));
 * }
 * }</pre>
 *
 * <p>Without duplicates ({@link Batching#NO_DUPLICATES}), rows that do not fit wait for a later
 * batch of the epoch. An epoch has as many batches as ever; if rows with a common text are too many
 * for them, some batches have fewer rows, and what waits at the end is left out of the epoch.
 *
 * <p>A source that begins at a batch's {@link ExampleBatch#after} returns exactly the batches that
 * would have followed; it skips the rows before by reading them. Every epoch rereads the file, so
 * memory holds the rows of one shuffle buffer. Uses only its own random state. Not thread-safe.
 */
public final class BatchSource implements Iterator<ExampleBatch>, AutoCloseable {
  private final TrainingFile file;
  private final long rows;
  private final Sampling sampling;
  private final int epochs;
  private SamplePosition position;
  private Optional<Epoch> epoch = Optional.empty();
  private boolean closed;

  /** The remaining examples of an epoch, also in groups, and the reader that they come from. */
  private record Epoch(ExampleReader reader, Iterator<Example> examples, DistinctRows groups) {
    Epoch(ExampleReader reader, Iterator<Example> examples) {
      this(reader, examples, new DistinctRows(examples));
    }
  }

  /**
   * Creates a source, without opening the file.
   *
   * @param rows the number of the file's examples, from {@link TrainingFile#count} or {@link
   *     Preflight#rows}
   * @param epochs the end, exclusive, counted from 0
   * @param start the position of the first batch
   * @throws InvalidInputException if the start is beyond the file's rows, or if there are too few
   *     for a batch
   */
  public BatchSource(
      TrainingFile file, long rows, Sampling sampling, int epochs, SamplePosition start) {
    sampling.stepsPerEpoch(rows);
    if (start.rows() > rows) {
      throw new InvalidInputException(
          "%s has %d rows, so training cannot continue after row %d; is it the file that was used before?"
              .formatted(file.path(), rows, start.rows()));
    }
    this.file = file;
    this.rows = rows;
    this.sampling = sampling;
    this.epochs = epochs;
    this.position = sampling.normalized(start, rows);
  }

  /** Returns the number of batches per epoch. */
  public long stepsPerEpoch() {
    return sampling.stepsPerEpoch(rows);
  }

  /** Returns the position of the next batch. */
  public SamplePosition position() {
    return position;
  }

  @Override
  public boolean hasNext() {
    return position.epoch() < epochs;
  }

  /**
   * Returns the next batch.
   *
   * @throws InvalidInputException if a row is malformed, or if the file's number of rows has
   *     changed
   * @throws IllegalStateException if the source is closed
   */
  @Override
  public ExampleBatch next() {
    if (closed) {
      throw new IllegalStateException("The batches of " + file.path() + " are closed.");
    }
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    Epoch current = epoch.orElseGet(this::open);
    epoch = Optional.of(current);
    int size = (int) Math.min(sampling.batchSize(), rows - position.rows());
    List<Example> examples = distinct() ? group(current) : rows(current, size);
    SamplePosition at = position;
    SamplePosition reached = new SamplePosition(at.epoch(), at.rows() + size);
    position = sampling.normalized(reached, rows);
    if (position.epoch() > at.epoch()) {
      end(current, reached);
    }
    return new ExampleBatch(at, examples, position);
  }

  private boolean distinct() {
    return sampling.batching() == Batching.NO_DUPLICATES;
  }

  private List<Example> rows(Epoch current, int size) {
    List<Example> examples = new ArrayList<>(size);
    while (examples.size() < size) {
      requireMore(current);
      examples.add(current.examples().next());
    }
    return examples;
  }

  /** Returns rows without a common text; also for the last batch a whole batch, if so many wait. */
  private List<Example> group(Epoch current) {
    List<Example> examples = current.groups().next(sampling.batchSize());
    long read = current.groups().read();
    if (read > rows || (read < rows && !current.examples().hasNext())) {
      throw changed(read > rows ? "more" : "fewer");
    }
    return examples;
  }

  private Epoch open() {
    ExampleReader reader = file.open();
    try {
      if (distinct()) {
        return openGroups(reader);
      }
      if (!sampling.shuffle()) {
        Epoch ordered = new Epoch(reader, reader);
        for (long row = 0; row < position.rows(); row++) {
          requireMore(ordered);
          reader.next();
        }
        return ordered;
      }
      SplitMix64 generator = SplitMix64.ofEpoch(sampling.seed(), position.epoch());
      ShuffledExamples shuffled = new ShuffledExamples(reader, sampling.shuffleBuffer(), generator);
      Epoch random = new Epoch(reader, shuffled);
      for (long row = 0; row < position.rows(); row++) {
        requireMore(random);
        shuffled.skip();
      }
      return random;
    } catch (RuntimeException e) {
      reader.close();
      throw e;
    }
  }

  /** Forms the groups before the position again: each depends on those before it. */
  private Epoch openGroups(ExampleReader reader) {
    SplitMix64 generator = SplitMix64.ofEpoch(sampling.seed(), position.epoch());
    Epoch groups =
        new Epoch(
            reader,
            sampling.shuffle()
                ? new ShuffledExamples(reader, sampling.shuffleBuffer(), generator)
                : reader);
    for (long row = 0; row < position.rows(); row += sampling.batchSize()) {
      group(groups);
    }
    return groups;
  }

  private void end(Epoch current, SamplePosition reached) {
    boolean all = distinct() ? current.groups().read() == rows : reached.rows() == rows;
    if (all && current.examples().hasNext()) {
      throw changed("more");
    }
    current.reader().close();
    epoch = Optional.empty();
  }

  private void requireMore(Epoch current) {
    if (!current.examples().hasNext()) {
      throw changed("fewer");
    }
  }

  private InvalidInputException changed(String how) {
    return new InvalidInputException(
        "%s has %s rows than the %d that were counted at the start; leave it alone while it is trained on."
            .formatted(file.path(), how, rows));
  }

  @Override
  public void close() {
    closed = true;
    epoch.ifPresent(current -> current.reader().close());
    epoch = Optional.empty();
  }
}
