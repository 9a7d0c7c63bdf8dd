package org.simcse.core.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.simcse.api.Column;
import org.simcse.api.TokenSequence;
import org.simcse.api.error.InvalidInputException;
import org.simcse.core.data.Example;
import org.simcse.core.data.ExampleBatch;
import org.simcse.core.data.TrainingFile;
import org.simcse.core.data.ViewSource;
import org.simcse.core.io.SplitMix64;
import org.simcse.core.tokenize.Encoded;
import org.simcse.core.tokenize.TextTokenizer;
import org.simcse.core.train.step.TokenMasking;
import org.simcse.core.train.step.TrainingBatch;
import org.simcse.core.train.step.TrainingModel;

/**
 * Converts this rank's rows of batches of examples into batches of tokens. Its iterator may run on
 * its own thread.
 *
 * @param file the file of the rows, for messages
 * @param seed the run's seed
 * @param maxLength the number of tokens that texts are truncated to
 * @param training the model, which specifies what it reads of each row
 * @param ranks the ranks of the run
 * @param tokenizer the model's tokenizer
 * @param masking the token masking, if the run has a masked-language-modelling loss
 * @param views what makes the views of a row
 */
record BatchPreparation(
    Path file,
    long seed,
    int maxLength,
    TrainingModel training,
    TrainingRanks ranks,
    TextTokenizer tokenizer,
    Optional<TokenMasking> masking,
    ViewSource views) {
  static BatchPreparation of(
      TrainingSettings config,
      TrainingFile file,
      TrainingModel training,
      TrainingRanks ranks,
      TextTokenizer tokenizer) {
    Optional<TokenMasking> masking =
        config.mlm()
            ? Optional.of(TokenMasking.of(tokenizer, training.encoder(), config.mlmProbability()))
            : Optional.empty();
    return new BatchPreparation(
        file.path(),
        config.seed(),
        config.maxLength(),
        training,
        ranks,
        tokenizer,
        masking,
        RunFiles.viewSource(config));
  }

  /**
   * Prepares batches.
   *
   * @param first the index of the first batch in the run, from 0
   */
  Iterator<PreparedBatch> prepare(Iterator<ExampleBatch> batches, long first) {
    return new Iterator<>() {
      private long index = first;

      @Override
      public boolean hasNext() {
        return batches.hasNext();
      }

      @Override
      public PreparedBatch next() {
        ExampleBatch batch = batches.next();
        return new PreparedBatch(batch, tokens(batch.examples(), index++));
      }
    };
  }

  private TrainingBatch tokens(List<Example> batch, long index) {
    int first = ranks.from(batch.size());
    List<Example> examples = batch.subList(first, ranks.to(batch.size()));
    List<List<String>> rows = new ArrayList<>();
    for (int i = 0; i < examples.size(); i++) {
      rows.add(views.views(examples.get(i), seed(index), first + i));
    }
    // A text that is its own positive is tokenized once.
    List<String> texts = rows.stream().flatMap(List::stream).distinct().toList();
    Iterator<Encoded> tokens = tokenizer.encode(texts, maxLength).iterator();
    Map<String, Encoded> encoded = new HashMap<>();
    texts.forEach(text -> encoded.put(text, tokens.next()));
    List<TokenSequence> sequences = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      for (String text : rows.get(i)) {
        sequences.add(checked(Objects.requireNonNull(encoded.get(text)), examples.get(i)));
      }
    }
    return new TrainingBatch(
        sequences,
        masking
            .map(
                mask ->
                    Map.of(
                        RunModel.MLM,
                        mask.mask(sequences, (long) first * training.views(), seed(index))))
            .orElse(Map.of()),
        columns(examples));
  }

  /** Returns the values that the loss reads of each row. */
  private Map<String, double[]> columns(List<Example> examples) {
    List<Column> read = training.head().columns();
    Map<String, double[]> columns = new HashMap<>();
    for (int c = 0; c < read.size(); c++) {
      int index = c;
      double[] values =
          examples.stream()
              .flatMap(row -> row.values().get(index).stream())
              .mapToDouble(Double::doubleValue)
              .toArray();
      columns.put(read.get(c).name(), values);
    }
    return columns;
  }

  private TokenSequence checked(Encoded text, Example example) {
    TokenSequence tokens = training.pooler().prepare(text.tokens());
    if (tokens.length() > training.encoder().maxTokens()) {
      throw new InvalidInputException(
          "%s, line %d: a text has %d tokens after the pooler's prompt, but the model has positions for %d."
              .formatted(file, example.line(), tokens.length(), training.encoder().maxTokens()));
    }
    return tokens;
  }

  /**
   * Returns the seed of the dropout and masks of a batch.
   *
   * @param index the index of the batch in the run, from 0
   */
  long seed(long index) {
    return SplitMix64.output(seed, index);
  }
}
