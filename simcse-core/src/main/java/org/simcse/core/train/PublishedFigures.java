package org.simcse.core.train;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.simcse.core.evaluate.Spread;

/**
 * The published figures of the model that a recipe is for: Spearman's correlations x 100 on the
 * seven STS tasks, as the README of princeton-nlp/SimCSE lists them for the released checkpoints.
 *
 * @param preset the recipe
 * @param base the model that training started from
 * @param tasks the figures of STS12 to STS16, STS-B and SICK-R
 * @param average their average, as published
 * @param reproduced the average over the seeds of others; empty if none is known
 * @since 0.1.0
 */
public record PublishedFigures(
    String preset, String base, List<Double> tasks, double average, Optional<Spread> reproduced) {
  private static final Map<String, PublishedFigures> BY_PRESET =
      Map.of(
          "unsup-bert-base",
          new PublishedFigures(
              "unsup-bert-base",
              "bert-base-uncased",
              List.of(68.40, 82.41, 74.38, 80.91, 78.56, 76.85, 72.23),
              76.25,
              Optional.of(new Spread(50, 75.11, 0.84))),
          "unsup-bert-large",
          new PublishedFigures(
              "unsup-bert-large",
              "bert-large-uncased",
              List.of(70.88, 84.16, 76.43, 84.50, 79.76, 79.26, 73.88),
              78.41,
              Optional.empty()),
          "unsup-roberta-base",
          new PublishedFigures(
              "unsup-roberta-base",
              "roberta-base",
              List.of(70.16, 81.77, 73.24, 81.36, 80.65, 80.22, 68.56),
              76.57,
              Optional.empty()),
          "sup-bert-base",
          new PublishedFigures(
              "sup-bert-base",
              "bert-base-uncased",
              List.of(75.30, 84.67, 80.19, 85.40, 80.82, 84.26, 80.39),
              81.57,
              Optional.empty()));

  /** Returns the figures for a recipe, if any are known. */
  public static Optional<PublishedFigures> of(String preset) {
    return Optional.ofNullable(BY_PRESET.get(preset));
  }
}
