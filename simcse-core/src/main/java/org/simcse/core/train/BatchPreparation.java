package org.simcse.core.train;

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
import org.simcse.core.data.ViewSource;
import org.simcse.core.tokenize.Encoded;
import org.simcse.core.tokenize.TextTokenizer;
import org.simcse.core.train.step.TokenMasking;
import org.simcse.core.train.step.TrainingBatch;

/**
 * Makes this rank's rows of batches of examples into batches of tokens. Its iterator may run on a
 * thread of its own.
 *
 * @param plan the run
 * @param ranks the ranks of the run
 * @param tokenizer the model's
 * @param masking of masked language modelling, if that is part of the run
 * @param views what makes the views of a row
 */
record BatchPreparation(
    TrainingPlan plan,
    TrainingRanks ranks,
    TextTokenizer tokenizer,
    Optional<TokenMasking> masking,
    ViewSource views) {
  static BatchPreparation of(TrainingPlan plan, TrainingRanks ranks, TextTokenizer tokenizer) {
    TrainingSettings config = plan.settings();
    Optional<TokenMasking> masking =
        config.mlm()
            ? Optional.of(
                TokenMasking.of(
                    tokenizer, plan.model().training().encoder(), config.mlmProbability()))
            : Optional.empty();
    return new BatchPreparation(plan, ranks, tokenizer, masking, TrainingPlan.views(config));
  }

  /** Makes batches ready; the first one is that of the step after {@code done}. */
  Iterator<PreparedBatch> prepare(Iterator<ExampleBatch> batches, long done) {
    return new Iterator<>() {
      private long place = done * plan.settings().gradientAccumulation();

      @Override
      public boolean hasNext() {
        return batches.hasNext();
      }

      @Override
      public PreparedBatch next() {
        ExampleBatch batch = batches.next();
        return new PreparedBatch(batch, tokens(batch.examples(), place++));
      }
    };
  }

  private TrainingBatch tokens(List<Example> batch, long place) {
    int first = ranks.from(batch.size());
    List<Example> examples = batch.subList(first, ranks.to(batch.size()));
    List<List<String>> rows = new ArrayList<>();
    for (int i = 0; i < examples.size(); i++) {
      rows.add(views.views(examples.get(i), seed(place), first + i));
    }
    // A text that is its own positive is tokenised once.
    List<String> texts = rows.stream().flatMap(List::stream).distinct().toList();
    Iterator<Encoded> tokens = tokenizer.encode(texts, plan.model().maxLength()).iterator();
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
                        mask.mask(sequences, (long) first * plan.model().views(), seed(place))))
            .orElse(Map.of()),
        columns(examples));
  }

  /** What the loss reads of each row. */
  private Map<String, double[]> columns(List<Example> examples) {
    List<Column> read = plan.model().training().head().columns();
    Map<String, double[]> columns = new HashMap<>();
    for (int c = 0; c < read.size(); c++) {
      int index = c;
      double[] values = examples.stream().mapToDouble(row -> row.values().get(index)).toArray();
      columns.put(read.get(c).name(), values);
    }
    return columns;
  }

  private TokenSequence checked(Encoded text, Example example) {
    TokenSequence tokens = plan.model().training().pooler().prepare(text.tokens());
    if (tokens.length() > plan.model().training().encoder().maxTokens()) {
      throw new InvalidInputException(
          "%s, line %d: a text has %d tokens after the pooler's prompt, but the model has positions for %d."
              .formatted(
                  plan.preflight().path(),
                  example.line(),
                  tokens.length(),
                  plan.model().training().encoder().maxTokens()));
    }
    return tokens;
  }

  /**
   * What dropout and masks of a batch, counted from 0, draw from; one of the numbers of SplitMix64
   * (Steele, Lea and Flood 2014).
   */
  long seed(long place) {
    long z = plan.settings().seed() + (place + 1) * 0x9E3779B97F4A7C15L;
    z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
    z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
    return z ^ z >>> 31;
  }
}
