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
    ops.observe(seed, Shape.scalar(), ElementType.INT);
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
    Dropout<H> dropout = site(rate);
    H result =
        mode.dropout() == DropoutMode.PORTABLE
            ? ops.keyedDropout(trace.handle(x), x.shape(), dropout, keys(x))
            : ops.dropout(trace.handle(x), x.shape(), dropout);
    return trace.tensor(result, x.shape(), x.type());
  }

  /** What tells the rows of {@code x} apart, {@code [x.dim(0)]} each. */
  private List<H> keys(Tensor x) {
    if (keys.isEmpty()) {
      H places = trace.handle(iota(x.dim(0)));
      return List.of(places);
    }
    if (!keys.get(0).dim(0).equals(x.dim(0))) {
      throw new ShapeException(
          "dropout: the pass numbers rows %s, but %s has others: key the pass by numbers of its rows."
              .formatted(keys.get(0).shape(), x));
    }
    return keys.stream().<H>map(trace::handle).toList();
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
    double scale = 1 / Math.sqrt((double) query.dim(3).size());
    double rate = training() ? dropoutRate : 0;
    if (reduced() || (mode.dropout() == DropoutMode.PORTABLE && rate > 0)) {
      Tensor logits = product(query.mul(scale), key, true).add(mask);
      return product(dropout(logits.softmax(-1), rate), value, false);
    }
    H result =
        ops.attention(
            trace.handle(query),
            trace.handle(key),
            trace.handle(value),
            trace.handle(mask),
            scores,
            scale,
            site(rate));
    return trace.tensor(result, query.shape(), query.type());
  }

  private boolean reduced() {
    return mode.precision() == Precision.BF16;
  }

  private static Tensor half(Tensor x) {
    return x.cast(ElementType.BFLOAT16);
  }

  private Tensor product(Tensor a, Tensor b, boolean transposeB) {
    return reduced()
        ? half(a).matmul(half(b), false, transposeB).cast(a.type())
        : a.matmul(b, false, transposeB);
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
  private Dropout<H> site(double rate) {
    int count = sites.merge(prefix, 1, Integer::sum);
    return new Dropout<>(rate, seed, (prefix + "#" + count).hashCode());
  }
}
