package org.simcse.core.train.step;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.simcse.api.AuxiliaryLoss;
import org.simcse.api.Column;
import org.simcse.api.ContrastiveHead;
import org.simcse.api.Encoder;
import org.simcse.api.LossTerms;
import org.simcse.api.Pooler;
import org.simcse.api.TokenBatch;
import org.simcse.api.Views;
import org.simcse.api.engine.Computation;
import org.simcse.api.engine.Signature;
import org.simcse.api.tensor.Dim;
import org.simcse.api.tensor.ForwardPass;
import org.simcse.api.tensor.Shape;
import org.simcse.api.tensor.Tensor;
import org.simcse.core.model.DryTrace;
import org.simcse.core.model.Projection;
import org.simcse.core.model.SentenceModel;

/**
 * A sentence model with its training objective, whole ({@link #fused}) or split between {@link
 * ContrastiveHead#project} and {@link ContrastiveHead#loss}.
 *
 * <p>The split form is that of GradCache (Gao et al. 2021, "Scaling Deep Contrastive Learning Batch
 * Size under Memory Limited Setup", section 3.2): {@link #rows}, then {@link #loss} across all of
 * them, then {@link #pullback} of the loss's gradient. Each program serves batches of every size.
 * Sizes: N rows, V views per row, B = N·V sequences, T tokens, P the width of a projected row, M
 * targets.
 *
 * @param encoder computes hidden states
 * @param pooler reduces them to one vector
 * @param modules the model's modules between pooler and head
 * @param head the projection, and the loss across rows
 * @param views V, the number of texts in a row: anchor, positive and V-2 hard negatives
 * @param auxiliaries auxiliary losses
 */
@SuppressWarnings("exports") // for this project's own modules
public record TrainingModel(
    Encoder encoder,
    Pooler pooler,
    Projection modules,
    ContrastiveHead head,
    int views,
    List<Auxiliary> auxiliaries) {
  /** The objective's name among outputs and terms. */
  public static final String LOSS = "loss";

  /** Projected rows: {@link #rows}'s output and {@link #loss}'s input. */
  public static final String PROJECTED = "projected";

  /** {@link #pullback}'s input {@code [B, P]}: the loss's gradient with respect to its rows. */
  public static final String UPSTREAM = "upstream";

  /** What the head keeps for its next step, {@code [Q, P]}: an output and input of the loss. */
  static final String KEPT = "kept";

  /** {@link #averagedRows}' vectors, {@code [N, P]}: an input of the loss. */
  static final String AVERAGED = "averaged";

  /** {@code [N, V]}, {@code INT}: the number of each sequence, unique within the step. */
  static final String ROWS = "rows";

  private static final Dim N = Dim.symbol("N");
  private static final Dim T = Dim.symbol("T");

  /** Validates the number of views and the names of terms. */
  public TrainingModel {
    if (views < 2) {
      throw new IllegalArgumentException(
          "A row has an anchor and a positive, so at least 2 views, but there are " + views + ".");
    }
    auxiliaries = List.copyOf(auxiliaries);
    Set<String> names = new HashSet<>(Set.of(LOSS));
    for (Auxiliary auxiliary : auxiliaries) {
      if (!names.add(auxiliary.name())) {
        throw new IllegalArgumentException("Two terms are named " + auxiliary.name() + ".");
      }
    }
  }

  /**
   * Returns the objective as one program: outputs {@value #LOSS} and every term, unweighted, by its
   * name.
   *
   * <p>Inputs: {@code ids}, {@code mask}, {@code types} and {@code indices} {@code [B, T]}, {@code
   * tokens} {@code [M]}, rows {@code [N, V]}, for each auxiliary term {@code name_ids} {@code [B,
   * T]}, {@code name_indices}, {@code name_targets} and {@code name_weights} {@code [M]}; {@code
   * column_name} {@code [N]} for each of the head's columns; and {@value #KEPT} and {@value
   * #AVERAGED} if the head reads them.
   */
  public Traceable fused() {
    List<Signature.Input> inputs = new ArrayList<>(signature(true).inputs());
    inputs.addAll(ofHead());
    return new Traceable(new Fused(this), training(inputs));
  }

  /**
   * Returns the program of the rows: output {@value #PROJECTED} {@code [B, P]}; inputs those of
   * {@link #fused} except the auxiliary terms'.
   */
  public Traceable rows() {
    return new Traceable(new Rows(this), signature(false));
  }

  /**
   * Returns the program of the rows and the auxiliary terms: outputs {@value #PROJECTED} {@code [B,
   * P]} and every auxiliary term, unweighted; inputs those of {@link #fused} except what the head
   * reads. Recorded, its tape does what {@link #pullback} does.
   */
  public Traceable recorded() {
    return new Traceable(new Recorded(this), signature(true));
  }

  /**
   * Returns the program of the loss across rows: outputs {@value #LOSS} and every term of the head.
   * Its input {@value #PROJECTED} {@code [N, V, P]} is differentiable; what the head reads besides
   * is an input as in {@link #fused}.
   */
  public Traceable loss() {
    List<Signature.Input> inputs = new ArrayList<>();
    inputs.add(Signature.Input.floats(PROJECTED, N, Dim.of(views), width()).withGradient());
    inputs.addAll(ofHead());
    return new Traceable(new Loss(this), training(inputs));
  }

  /**
   * Returns the program of {@code Σ rows · upstream} and the weighted auxiliary terms: the gradient
   * of {@value #LOSS} is this batch's share of the objective's. Also outputs every auxiliary term.
   * Inputs: those of {@link #fused} except the head's columns, and {@value #UPSTREAM}.
   *
   * <p>Dropout is the same as in {@link #rows}.
   */
  public Traceable pullback() {
    List<Signature.Input> inputs = new ArrayList<>(signature(true).inputs());
    inputs.add(Signature.Input.floats(UPSTREAM, sequences(), width()));
    return new Traceable(new Pullback(this), training(inputs));
  }

  /**
   * Returns the program of the anchors' vectors under the averaged parameters, whose names begin
   * with {@value ParameterAverage#PREFIX}: output {@value #PROJECTED} {@code [N, P]}, inputs those
   * of a packed batch. There is no dropout.
   */
  public Traceable averagedRows() {
    List<Signature.Input> inputs = new ArrayList<>(SentenceModel.signature().inputs());
    inputs.add(Signature.Input.ints(SentenceModel.TOKENS, Dim.symbol("M")));
    inputs.add(Signature.Input.ints(SentenceModel.INDICES, Dim.symbol("B"), T));
    return new Traceable(new Averaged(this), Signature.of(inputs.toArray(Signature.Input[]::new)));
  }

  /** Returns what the head reads besides rows. */
  private List<Signature.Input> ofHead() {
    List<Signature.Input> inputs = new ArrayList<>(columns().inputs(N));
    if (head.keptRows() > 0) {
      inputs.add(Signature.Input.floats(KEPT, Dim.symbol("Q"), width()));
    }
    if (head.averaging().isPresent()) {
      inputs.add(Signature.Input.floats(AVERAGED, N, width()));
    }
    return inputs;
  }

  private static Signature training(List<Signature.Input> inputs) {
    return new Signature(inputs, true, Optional.of(LOSS));
  }

  /** Returns the columns that the head reads. */
  RowColumns columns() {
    return new RowColumns(head.columns());
  }

  /** Returns the projected rows of a batch, {@code [B, P]}. */
  public Tensor project(ForwardPass pass, Map<String, Tensor> inputs) {
    Tensor vectors =
        new SentenceModel(encoder, pooler, modules, false).embed(pass, SentenceModel.batch(inputs));
    return head.project(pass, vectors);
  }

  /**
   * Splits rows into anchors, positives and hard negatives.
   *
   * @param rows {@code [N, V, P]}
   */
  public Views split(Tensor rows) {
    Tensor anchors = rows.select(1, 0);
    return Views.of(
        anchors,
        rows.select(1, 1),
        rows.slice(1, Dim.of(2), Dim.of(views - 2)),
        anchors.slice(0, Dim.of(0), Dim.of(0)));
  }

  private Dim sequences() {
    return N.times(Dim.of(views));
  }

  /** Returns P, the width of a projected row. */
  Dim width() {
    Traceable rows = rows();
    Shape projected = named(DryTrace.of(rows.computation(), rows.signature()).outputs(), PROJECTED);
    return projected.dim(1);
  }

  private Signature signature(boolean auxiliary) {
    List<Signature.Input> inputs = new ArrayList<>();
    for (String name : List.of("ids", "mask", "types")) {
      inputs.add(Signature.Input.ints(name, sequences(), T));
    }
    inputs.add(Signature.Input.ints(SentenceModel.TOKENS, Dim.symbol("M")));
    inputs.add(Signature.Input.ints(SentenceModel.INDICES, sequences(), T));
    inputs.add(Signature.Input.ints(ROWS, N, Dim.of(views)));
    for (Auxiliary term : auxiliary ? auxiliaries : List.<Auxiliary>of()) {
      Dim targets = Dim.symbol("M_" + term.name());
      inputs.add(Signature.Input.ints(term.input("ids"), sequences(), T));
      inputs.add(Signature.Input.ints(term.input("indices"), targets));
      inputs.add(Signature.Input.ints(term.input("targets"), targets));
      inputs.add(Signature.Input.floats(term.input("weights"), targets));
    }
    return Signature.of(inputs.toArray(Signature.Input[]::new)).whileTraining();
  }

  /** Returns the pass in which the dropout of each sequence depends on its number. */
  static ForwardPass keyed(ForwardPass pass, Map<String, Tensor> inputs) {
    Tensor rows = named(inputs, ROWS);
    return pass.keyed(rows.reshape(rows.dim(0).times(rows.dim(1))));
  }

  /**
   * Returns the loss of the head across {@code [N, V, P]}, and adds each term, and what the head
   * keeps, to {@code outputs}.
   */
  private Tensor across(
      ForwardPass pass, Tensor rows, Map<String, Tensor> inputs, Map<String, Tensor> outputs) {
    Map<String, Tensor> columns = new HashMap<>();
    for (Column column : head.columns()) {
      columns.put(column.name(), named(inputs, RowColumns.input(column)));
    }
    Views read =
        split(rows)
            .withColumns(columns)
            .withMemory(
                Optional.ofNullable(inputs.get(KEPT)), Optional.ofNullable(inputs.get(AVERAGED)));
    LossTerms terms = head.loss(pass, read);
    terms.kept().ifPresent(kept -> put(outputs, KEPT, kept.stopGradient()));
    terms.terms().forEach(term -> put(outputs, term.name(), term.value()));
    return terms.total();
  }

  /** Adds the weighted auxiliary terms to {@code total}, and each of them to {@code outputs}. */
  private Tensor withAuxiliaries(
      Tensor total, ForwardPass pass, Map<String, Tensor> inputs, Map<String, Tensor> outputs) {
    Tensor sum = total;
    for (Auxiliary auxiliary : auxiliaries) {
      Tensor value = auxiliary(auxiliary, pass, inputs);
      put(outputs, auxiliary.name(), value);
      sum = sum.add(value.mul(auxiliary.weight()));
    }
    return sum;
  }

  private Tensor auxiliary(Auxiliary auxiliary, ForwardPass pass, Map<String, Tensor> inputs) {
    TokenBatch batch =
        SentenceModel.batch(inputs).withTokens(named(inputs, auxiliary.input("ids")));
    AuxiliaryLoss.Targets targets =
        new AuxiliaryLoss.Targets(
            named(inputs, auxiliary.input("indices")),
            named(inputs, auxiliary.input("targets")),
            named(inputs, auxiliary.input("weights")));
    return auxiliary.term().sum(pass, encoder, batch, targets);
  }

  private static void put(Map<String, Tensor> outputs, String name, Tensor value) {
    if (name.equals(LOSS) || outputs.put(name, value) != null) {
      throw new IllegalArgumentException("Two terms are named " + name + ".");
    }
  }

  static <T> T named(Map<String, T> values, String name) {
    return Objects.requireNonNull(values.get(name), name);
  }

  private record Fused(TrainingModel model) implements Computation {
    @Override
    public Map<String, Tensor> trace(ForwardPass pass, Map<String, Tensor> inputs) {
      Map<String, Tensor> outputs = new LinkedHashMap<>();
      ForwardPass own = keyed(pass, inputs);
      Tensor rows = model.project(own, inputs);
      Tensor split = rows.reshape(N, Dim.of(model.views), rows.dim(1));
      Tensor total = model.across(pass, split, inputs, outputs);
      outputs.put(LOSS, model.withAuxiliaries(total, own, inputs, outputs));
      return outputs;
    }
  }

  private record Rows(TrainingModel model) implements Computation {
    @Override
    public Map<String, Tensor> trace(ForwardPass pass, Map<String, Tensor> inputs) {
      return Map.of(PROJECTED, model.project(keyed(pass, inputs), inputs));
    }
  }

  private record Recorded(TrainingModel model) implements Computation {
    @Override
    public Map<String, Tensor> trace(ForwardPass pass, Map<String, Tensor> inputs) {
      Map<String, Tensor> outputs = new LinkedHashMap<>();
      ForwardPass own = keyed(pass, inputs);
      outputs.put(PROJECTED, model.project(own, inputs));
      for (Auxiliary auxiliary : model.auxiliaries) {
        put(outputs, auxiliary.name(), model.auxiliary(auxiliary, own, inputs));
      }
      return outputs;
    }
  }

  private record Averaged(TrainingModel model) implements Computation {
    @Override
    public Map<String, Tensor> trace(ForwardPass pass, Map<String, Tensor> inputs) {
      return Map.of(PROJECTED, model.project(pass.in(ParameterAverage.PREFIX), inputs));
    }
  }

  private record Loss(TrainingModel model) implements Computation {
    @Override
    public Map<String, Tensor> trace(ForwardPass pass, Map<String, Tensor> inputs) {
      Map<String, Tensor> outputs = new LinkedHashMap<>();
      outputs.put(LOSS, model.across(pass, named(inputs, PROJECTED), inputs, outputs));
      return outputs;
    }
  }

  private record Pullback(TrainingModel model) implements Computation {
    @Override
    public Map<String, Tensor> trace(ForwardPass pass, Map<String, Tensor> inputs) {
      Map<String, Tensor> outputs = new LinkedHashMap<>();
      ForwardPass own = keyed(pass, inputs);
      Tensor pulled = model.project(own, inputs).mul(named(inputs, UPSTREAM)).sum();
      outputs.put(LOSS, model.withAuxiliaries(pulled, own, inputs, outputs));
      return outputs;
    }
  }
}
