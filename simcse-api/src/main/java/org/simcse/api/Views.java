package org.simcse.api;

import java.util.Map;
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

  private Views(
      Tensor anchors,
      Tensor positives,
      Tensor hardNegatives,
      Tensor extraNegatives,
      Map<String, Tensor> columns) {
    this.anchors = anchors;
    this.positives = positives;
    this.hardNegatives = hardNegatives;
    this.extraNegatives = extraNegatives;
    this.columns = columns;
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
    return new Views(anchors, positives, hardNegatives, extraNegatives, Map.of());
  }

  /** Returns the same vectors with the given columns, {@code [N]} or {@code [N, K]}, by name. */
  public Views withColumns(Map<String, Tensor> byName) {
    return new Views(anchors, positives, hardNegatives, extraNegatives, Map.copyOf(byName));
  }

  /** Returns other vectors of the same rows, with the same columns. */
  public Views with(
      Tensor otherAnchors,
      Tensor otherPositives,
      Tensor otherHardNegatives,
      Tensor otherExtraNegatives) {
    return new Views(
        otherAnchors, otherPositives, otherHardNegatives, otherExtraNegatives, columns);
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
