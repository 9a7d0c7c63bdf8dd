package org.simcse.api;

import java.util.Map;
import java.util.Optional;
import org.simcse.api.tensor.Tensor;

/**
 * The projected vectors of one contrastive batch, N rows of all ranks, and the columns of the data
 * that belong to the rows.
 *
 * <p>Created by the framework, so that it can be extended; a head that builds on another passes it
 * modified views through {@link #with}. Confined to the pass that its tensors belong to.
 *
 * @since 0.1.0
 */
public final class Views {
  private final Tensor anchors;
  private final Tensor positives;
  private final Tensor hardNegatives;
  private final Tensor extraNegatives;
  private final Map<String, Tensor> columns;
  private final Optional<Tensor> kept;
  private final Optional<Tensor> averaged;

  private Views(
      Tensor anchors,
      Tensor positives,
      Tensor hardNegatives,
      Tensor extraNegatives,
      Map<String, Tensor> columns,
      Optional<Tensor> kept,
      Optional<Tensor> averaged) {
    this.anchors = anchors;
    this.positives = positives;
    this.hardNegatives = hardNegatives;
    this.extraNegatives = extraNegatives;
    this.columns = columns;
    this.kept = kept;
    this.averaged = averaged;
  }

  /**
   * Returns views without columns.
   *
   * @param anchors {@code [N, P]}
   * @param positives {@code [N, P]}
   * @param hardNegatives {@code [N, K, P]}
   * @param extraNegatives {@code [Q, P]}
   */
  public static Views of(
      Tensor anchors, Tensor positives, Tensor hardNegatives, Tensor extraNegatives) {
    return new Views(
        anchors,
        positives,
        hardNegatives,
        extraNegatives,
        Map.of(),
        Optional.empty(),
        Optional.empty());
  }

  /** Returns the same vectors with the given columns, {@code [N]} or {@code [N, K]}, by name. */
  public Views withColumns(Map<String, Tensor> byName) {
    return new Views(
        anchors, positives, hardNegatives, extraNegatives, Map.copyOf(byName), kept, averaged);
  }

  /**
   * Returns the same rows with what a head has asked for.
   *
   * @param keptBefore see {@link #kept}
   * @param averagedAnchors see {@link #averaged}
   */
  public Views withMemory(Optional<Tensor> keptBefore, Optional<Tensor> averagedAnchors) {
    return new Views(
        anchors, positives, hardNegatives, extraNegatives, columns, keptBefore, averagedAnchors);
  }

  /**
   * Returns other vectors of the same rows, with the same columns. What the head has kept, and
   * averaged vectors, are not passed on: a head that builds on another reads its own.
   */
  public Views with(
      Tensor otherAnchors,
      Tensor otherPositives,
      Tensor otherHardNegatives,
      Tensor otherExtraNegatives) {
    return new Views(
        otherAnchors,
        otherPositives,
        otherHardNegatives,
        otherExtraNegatives,
        columns,
        Optional.empty(),
        Optional.empty());
  }

  /** Returns the anchors, {@code [N, P]}. */
  public Tensor anchors() {
    return anchors;
  }

  /** Returns the positives, {@code [N, P]}; row i belongs to anchor i. */
  public Tensor positives() {
    return positives;
  }

  /**
   * Returns the hard negatives, {@code [N, K, P]} with K at least 0; those of row i belong to
   * anchor i.
   */
  public Tensor hardNegatives() {
    return hardNegatives;
  }

  /**
   * Returns {@code [Q, P]} with Q at least 0, further negatives of every anchor, such as a queue.
   */
  public Tensor extraNegatives() {
    return extraNegatives;
  }

  /**
   * Returns {@code [Q, P]}, what the head has kept from its last step ({@link LossTerms#keeping});
   * Q is 0 at first and at most {@link ContrastiveHead#keptRows}. No gradient flows through them.
   *
   * @throws IllegalArgumentException if the head keeps none
   */
  public Tensor kept() {
    return kept.orElseThrow(
        () ->
            new IllegalArgumentException(
                "The head reads the vectors that it has kept, but its keptRows() is 0."));
  }

  /**
   * Returns {@code [N, P]}, the anchors' vectors under the averaged parameters, without dropout;
   * see {@link ContrastiveHead#averaging}. No gradient flows through them.
   *
   * @throws IllegalArgumentException if the head has no averaging
   */
  public Tensor averaged() {
    return averaged.orElseThrow(
        () ->
            new IllegalArgumentException(
                "The head reads vectors of averaged parameters, but its averaging() is empty."));
  }

  /**
   * Returns {@code [N]} ({@code FLOAT}): {@link Column#SCORE} of each row, if the head declares it.
   */
  public Tensor scores() {
    return column(Column.SCORE.name());
  }

  /** Returns {@code [N]} ({@code INT}): {@link Column#ID} of each row, if the head declares it. */
  public Tensor ids() {
    return column(Column.ID.name());
  }

  /**
   * Returns a column of the rows: {@code [N]}, {@code FLOAT} for numbers and {@code INT} for
   * labels, or {@code [N, K]} {@code FLOAT} for vectors.
   *
   * @throws IllegalArgumentException if the head does not declare it
   */
  public Tensor column(String name) {
    Tensor column = columns.get(name);
    if (column == null) {
      throw new IllegalArgumentException(
          "The head reads the column '%s', but its columns() names %s."
              .formatted(name, columns.keySet()));
    }
    return column;
  }
}
