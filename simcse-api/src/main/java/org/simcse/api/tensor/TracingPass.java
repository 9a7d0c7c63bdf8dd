package org.simcse.api.tensor;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.simcse.api.engine.Precision;
import org.simcse.api.error.ShapeException;

/**
 * The forward pass over a trace; for backend authors.
 *
 * @param <H> the engine's handle
 */
public final class TracingPass<H> implements ForwardPass {
  /** Where a pass finds the engine's handle of a parameter. */
  @FunctionalInterface
  public interface Parameters<H> {
    /**
     * The parameter of that full name.
     *
     * @throws org.simcse.api.error.ShapeException if it exists in another shape
     */
    H parameter(String name, Shape shape, Initializer initializer);
  }

  private final Trace trace;
  private final TensorOps<H> ops;
  private final Parameters<H> parameters;
  private final H seed;
  private final PassMode mode;
  private final String prefix;
  private final List<Tensor> keys;
  private final Map<String, Tensor> known;
  private final Map<String, Integer> sites;

  /**
   * A pass at the root of the model.
   *
   * @param trace made over {@code ops}
   * @param ops the engine's operations
   * @param parameters where parameters come from
   * @param seed the run's seed, a scalar of {@code INT}
   * @param mode how it computes
   */
  public TracingPass(
      Trace trace, TensorOps<H> ops, Parameters<H> parameters, H seed, PassMode mode) {
    this(trace, ops, parameters, seed, mode, "", List.of(), new HashMap<>(), new HashMap<>());
    trace.tensor(seed, Shape.scalar(), ElementType.INT);
  }

  private TracingPass(
      Trace trace,
      TensorOps<H> ops,
      Parameters<H> parameters,
      H seed,
      PassMode mode,
      String prefix,
      List<Tensor> keys,
      Map<String, Tensor> known,
      Map<String, Integer> sites) {
    this.trace = trace;
    this.ops = ops;
    this.parameters = parameters;
    this.seed = seed;
    this.mode = mode;
    this.prefix = prefix;
    this.keys = keys;
    this.known = known;
    this.sites = sites;
  }

  @Override
  public Tensor parameter(String name, Shape shape, Initializer initializer) {
    String full = prefix + name;
    trace.at(full);
    if (!shape.isFixed()) {
      throw new ShapeException(
          "The parameter %s cannot have the shape %s: its sizes must be numbers."
              .formatted(full, shape));
    }
    Tensor parameter = known.get(full);
    if (parameter == null) {
      parameter =
          trace.tensor(parameters.parameter(full, shape, initializer), shape, ElementType.FLOAT);
      known.put(full, parameter);
    } else if (!parameter.shape().equals(shape)) {
      throw new ShapeException(
          "The parameter %s is used with the shapes %s and %s."
              .formatted(full, parameter.shape(), shape));
    }
    return parameter;
  }

  @Override
  public Tensor linear(Tensor x, String name, int out) {
    Tensor weight =
        parameter(name + ".weight", Shape.of(Dim.of(out), x.dim(-1)), Initializer.normal(0.02f));
    Tensor bias = parameter(name + ".bias", Shape.of(out), Initializer.zeros());
    return reduced()
        ? half(x).linear(half(weight), half(bias)).cast(x.type())
        : x.linear(weight, bias);
  }

  @Override
  public Tensor layerNorm(Tensor x, String name, double eps) {
    Tensor weight = parameter(name + ".weight", Shape.of(x.dim(-1)), Initializer.ones());
    return x.layerNorm(
        weight, parameter(name + ".bias", Shape.of(x.dim(-1)), Initializer.zeros()), eps);
  }

  @Override
  public ForwardPass in(String inner) {
    return with(prefix + inner, keys);
  }

  @Override
  public ForwardPass keyed(Tensor numbers) {
    if (numbers.rank() != 1 || numbers.type() != ElementType.INT) {
      throw new ShapeException("keyed: the rows' numbers must be INT [B], not " + numbers + ".");
    }
    return with(prefix, List.of(numbers));
  }

  @Override
  public ForwardPass packed(Tensor tokens, Dim rows, Dim length) {
    if (!training() || mode.dropout() != DropoutMode.PORTABLE) {
      return this;
    }
    Shape places = Shape.of(rows, length);
    Tensor numbers = keys.isEmpty() ? iota(rows) : keys.get(0);
    return with(
        prefix,
        List.of(
            picked(numbers.unsqueeze(1), places, tokens),
            picked(iota(length).unsqueeze(0), places, tokens)));
  }

  private static Tensor picked(Tensor x, Shape places, Tensor tokens) {
    return x.broadcastTo(places).reshape(places.elements()).gather(tokens);
  }

  private ForwardPass with(String otherPrefix, List<Tensor> otherKeys) {
    return new TracingPass<>(
        trace, ops, parameters, seed, mode, otherPrefix, otherKeys, known, sites);
  }

  @Override
  public boolean training() {
    return mode.training();
  }

  @Override
  public Tensor dropout(Tensor x, double rate) {
    if (!training() || rate == 0) {
      return x;
    }
    H result = ops.dropout(trace.handle(x), x.shape(), site(rate, x.shape()));
    return trace.tensor(result, x.shape(), x.type());
  }

  @Override
  public Tensor attention(Tensor query, Tensor key, Tensor value, Tensor mask, double dropoutRate) {
    if (query.rank() != 4
        || !key.shape().equals(value.shape())
        || !key.shape().with(2, query.dim(2)).equals(query.shape())) {
      throw new ShapeException(
          "attention: query %s, key %s and value %s do not fit together."
              .formatted(query.shape(), key.shape(), value.shape()));
    }
    Shape scores = query.shape().with(3, key.dim(2));
    if (!Shape.broadcast("attention mask", mask.shape(), scores).equals(scores)) {
      throw new ShapeException(
          "attention: the mask %s does not fit the scores %s.".formatted(mask.shape(), scores));
    }
    double rate = training() ? dropoutRate : 0;
    double scale = 1 / Math.sqrt((double) query.dim(3).size());
    ElementType type = reduced() ? ElementType.BFLOAT16 : query.type();
    // The scaled query is rounded once, and scores that are rounded need not be scaled.
    boolean early = type != query.type();
    H result =
        ops.attention(
            new Attention<>(
                trace.handle(early ? query.mul(scale).cast(type) : query),
                trace.handle(key.cast(type)),
                trace.handle(value.cast(type)),
                trace.handle(mask.cast(ElementType.FLOAT)),
                scores,
                early ? 1 : scale,
                type,
                rate == 0 ? new Dropout<>(0, seed, 0, List.of()) : site(rate, scores)));
    return trace.tensor(result, query.shape(), type).cast(query.type());
  }

  private boolean reduced() {
    return mode.precision() == Precision.BF16;
  }

  private static Tensor half(Tensor x) {
    return x.cast(ElementType.BFLOAT16);
  }

  @Override
  public Tensor constant(double value) {
    return trace.constant(value);
  }

  @Override
  public Tensor iota(Dim n) {
    return trace.tensor(ops.iota(n), Shape.of(n), ElementType.INT);
  }

  /**
   * A site is known by the parameter path and a count within it, so that it does not depend on
   * trace order elsewhere.
   */
  private Dropout<H> site(double rate, Shape shape) {
    int count = sites.merge(prefix, 1, Integer::sum);
    return new Dropout<>(rate, seed, (prefix + "#" + count).hashCode(), drawnBy(shape));
  }

  /** What tells the rows of a tensor apart; nothing where the engine itself draws. */
  private List<H> drawnBy(Shape shape) {
    if (mode.dropout() != DropoutMode.PORTABLE) {
      return List.of();
    }
    Dim rows = shape.dim(0);
    if (keys.isEmpty()) {
      H places = trace.handle(iota(rows));
      return List.of(places);
    }
    if (!keys.get(0).dim(0).equals(rows)) {
      throw new ShapeException(
          "dropout: the pass numbers rows %s, but %s has others: key the pass by numbers of its rows."
              .formatted(keys.get(0).shape(), shape));
    }
    return keys.stream().<H>map(trace::handle).toList();
  }
}
