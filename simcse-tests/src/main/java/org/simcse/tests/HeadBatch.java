package org.simcse.tests;

import static org.simcse.tests.Checks.named;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.simcse.api.Column;
import org.simcse.api.ContrastiveHead;
import org.simcse.api.LossTerms;
import org.simcse.api.Views;
import org.simcse.api.engine.Computation;
import org.simcse.api.engine.Signature;
import org.simcse.api.tensor.Dim;
import org.simcse.api.tensor.ForwardPass;
import org.simcse.api.tensor.HostTensor;
import org.simcse.api.tensor.Tensor;

/**
 * Concrete views, and the program that computes a head's loss over them.
 *
 * @param width P
 * @param views by name: {@code anchors} and {@code positives} {@code [N, P]}, and where there are
 *     any {@code hard} {@code [N, K, P]}, {@code extra} {@code [Q, P]} and {@code kept} {@code [R,
 *     P]}
 */
record HeadBatch(int width, Map<String, HostTensor> views) {
  private static final String LOSS = "loss";
  private static final String KEPT = "kept";
  private static final Dim N = Dim.symbol("N");

  /** Anchors and positives with the given rows, and no negatives of their own. */
  static HeadBatch of(int width, double[][] anchors, double[][] positives) {
    Map<String, HostTensor> views = new LinkedHashMap<>();
    views.put("anchors", rows(width, anchors));
    views.put("positives", rows(width, positives));
    return new HeadBatch(width, views);
  }

  /** Returns a copy with hard negatives, {@code each} per row. */
  HeadBatch withHard(int each, double[]... rows) {
    return with(
        "hard", HostTensor.of(rows(width, rows).toDoubles(), rows.length / each, each, width));
  }

  /** Returns a copy with extra negatives; an empty view differs from an absent one. */
  HeadBatch withExtra(double[]... rows) {
    return with("extra", rows(width, rows));
  }

  /** Returns a copy with what the head has kept. */
  HeadBatch withKept(HostTensor rows) {
    return with(KEPT, rows);
  }

  private HeadBatch with(String name, HostTensor view) {
    Map<String, HostTensor> more = new LinkedHashMap<>(views);
    more.put(name, view);
    return new HeadBatch(width, more);
  }

  /** Generated rows: N anchors and positives, K hard negatives each, Q extra negatives. */
  static HeadBatch generated(Samples samples, int width, int n, int k, int q) {
    HeadBatch pairs = of(width, generate(samples, n, width), generate(samples, n, width));
    HeadBatch triplets = k == 0 ? pairs : pairs.withHard(k, generate(samples, n * k, width));
    return q == 0 ? triplets : triplets.withExtra(generate(samples, q, width));
  }

  private static double[][] generate(Samples samples, int rows, int width) {
    double[][] generated = new double[rows][];
    for (int i = 0; i < rows; i++) {
      generated[i] = samples.floats(-1, 1, width).toDoubles();
    }
    return generated;
  }

  /** Returns the vector along one axis, with length 1. */
  static double[] axis(int axis) {
    double[] vector = new double[axis + 1];
    vector[axis] = 1;
    return vector;
  }

  /** Returns rows, short ones padded with zeros. */
  private static HostTensor rows(int width, double[]... rows) {
    double[] all = new double[rows.length * width];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, all, i * width, rows[i].length);
    }
    return HostTensor.of(all, rows.length, width);
  }

  /** Returns row {@code order[i]} of every view at index i; extra negatives in reverse order. */
  HeadBatch permuted(int... order) {
    Map<String, HostTensor> moved = new LinkedHashMap<>();
    views.forEach(
        (name, view) -> {
          int rows = (int) view.shape()[0];
          int size = view.size() / rows;
          double[] values = new double[view.size()];
          for (int i = 0; i < rows; i++) {
            int from = name.equals("extra") ? rows - 1 - i : order[i];
            System.arraycopy(view.toDoubles(), from * size, values, i * size, size);
          }
          moved.put(name, HostTensor.of(values, view.shape()));
        });
    return new HeadBatch(width, moved);
  }

  /** Returns a copy with zeros in one row of a view. */
  HeadBatch withZeroRow(String name, int row) {
    HostTensor view = named(views, name);
    double[] values = view.toDoubles();
    java.util.Arrays.fill(values, row * width, (row + 1) * width, 0);
    return with(name, HostTensor.of(values, view.shape()));
  }

  /** Returns every view as a differentiable input; the loss is the objective. */
  Signature signature() {
    List<Signature.Input> inputs = new ArrayList<>();
    for (Map.Entry<String, HostTensor> view : views.entrySet()) {
      List<Dim> dims =
          new ArrayList<>(
              List.of(
                  switch (view.getKey()) {
                    case "extra" -> Dim.symbol("Q");
                    case KEPT -> Dim.symbol("R");
                    default -> N;
                  }));
      if (view.getKey().equals("hard")) {
        dims.add(Dim.of(view.getValue().shape()[1]));
      }
      dims.add(Dim.of(width));
      inputs.add(Signature.Input.floats(view.getKey(), dims.toArray(Dim[]::new)).withGradient());
    }
    return Signature.of(inputs.toArray(Signature.Input[]::new))
        .whileTraining()
        .differentiating(LOSS);
  }

  /**
   * Returns the computation of the head's loss over {@link #signature}; every term is an additional
   * output.
   */
  static Computation loss(ContrastiveHead head) {
    return (pass, inputs) -> {
      LossTerms terms = lossTerms(head, pass, inputs);
      Map<String, Tensor> outputs = new LinkedHashMap<>();
      outputs.put(LOSS, terms.total());
      for (LossTerms.Term term : terms.terms()) {
        if (outputs.put(term.name(), term.value()) != null) {
          throw new AssertionError(
              "Two terms of the loss, or a term and the total, are named '%s'."
                  .formatted(term.name()));
        }
      }
      return outputs;
    };
  }

  /** Returns the computation of what the head keeps, the output {@value #KEPT}, and the loss. */
  static Computation kept(ContrastiveHead head) {
    return (pass, inputs) -> {
      LossTerms terms = lossTerms(head, pass, inputs);
      Tensor kept = terms.kept().orElseThrow(() -> new AssertionError("The loss keeps nothing."));
      return Map.of(KEPT, kept, LOSS, terms.total());
    };
  }

  private static LossTerms lossTerms(
      ContrastiveHead head, ForwardPass pass, Map<String, Tensor> inputs) {
    Tensor anchors = named(inputs, "anchors");
    Dim none = Dim.of(0);
    Views views =
        split(inputs)
            .withColumns(columns(pass, head, inputs))
            .withMemory(
                head.keptRows() > 0
                    ? Optional.of(inputs.getOrDefault(KEPT, anchors.slice(0, none, none)))
                    : Optional.empty(),
                // Vectors of averaged parameters; these are nobody's but follow their rows.
                head.averaging().isPresent()
                    ? Optional.of(anchors.stopGradient().mul(0.5))
                    : Optional.empty());
    return head.loss(pass, views);
  }

  /**
   * Returns the columns that the head reads: distinct labels, and numbers and vectors that follow
   * their rows into any order because they are computed from the anchors.
   */
  private static Map<String, Tensor> columns(
      ForwardPass pass, ContrastiveHead head, Map<String, Tensor> inputs) {
    Tensor anchors = named(inputs, "anchors");
    Map<String, Tensor> columns = new LinkedHashMap<>();
    for (Column column : head.columns()) {
      columns.put(
          column.name(),
          switch (column.kind()) {
            case NUMBER -> anchors.stopGradient().sum(1);
            case LABEL -> pass.iota(anchors.dim(0));
            case VECTOR -> anchors.stopGradient();
          });
    }
    return columns;
  }

  private static Views split(Map<String, Tensor> inputs) {
    Tensor anchors = named(inputs, "anchors");
    Dim none = Dim.of(0);
    return Views.of(
        anchors,
        named(inputs, "positives"),
        inputs.getOrDefault("hard", anchors.unsqueeze(1).slice(1, none, none)),
        inputs.getOrDefault("extra", anchors.slice(0, none, none)));
  }

  /** Returns the projection of {@code pooled [B, D]}, as the output {@code projected}. */
  static Computation projection(ContrastiveHead head) {
    return (ForwardPass pass, Map<String, Tensor> inputs) ->
        Map.of("projected", head.project(pass, named(inputs, "pooled")));
  }
}
