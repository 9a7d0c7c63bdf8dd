package org.simcse.api.tensor;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.simcse.api.engine.Precision;
import org.simcse.api.error.ShapeException;

/**
 * One trace of one computation: provides tensors over an engine's operations, and the pass for the
 * model's code, until it is closed.
 *
 * <p>For {@link org.simcse.api.engine.Traced}, through which backends trace. Tensors of another or
 * of a closed trace are rejected. Confined to one thread.
 *
 * @param <H> the engine's handle
 * @since 0.1.0
 */
public final class Trace<H> implements AutoCloseable {
  /** Supplies the engine's handle of a parameter. */
  @FunctionalInterface
  public interface Parameters<H> {
    /**
     * Returns the parameter of that full name; called once per parameter.
     *
     * @throws ShapeException if it exists with another shape
     */
    H parameter(String name, Shape shape, Initializer initializer);
  }

  private final TensorOps<H> ops;
  private final TraceListener<H> listener;
  private final Parameters<H> parameters;
  private final H seed;
  private final PassMode mode;
  private final Map<String, Tensor> known = new HashMap<>();
  private final Map<String, Integer> sites = new HashMap<>();
  private boolean open = true;
  private String place = "";

  /**
   * Creates a trace over an engine's operations.
   *
   * @param ops the operations, notified of every tensor if they implement {@link TraceListener}
   * @param parameters the source of the parameters
   * @param seed the run's seed, a scalar of {@code INT}
   * @param mode the mode of the pass
   */
  @SuppressWarnings("unchecked") // a listener's handles are those of its operations
  public Trace(TensorOps<H> ops, Parameters<H> parameters, H seed, PassMode mode) {
    this.ops = Objects.requireNonNull(ops, "ops is null");
    this.listener =
        ops instanceof TraceListener<?> listening
            ? (TraceListener<H>) listening
            : (handle, shape, type) -> {};
    this.parameters = parameters;
    this.seed = seed;
    this.mode = mode;
    listener.made(seed, Shape.scalar(), ElementType.INT);
  }

  /** Returns the pass at the root of the model. */
  public ForwardPass pass() {
    return new Pass("", List.of());
  }

  /** Returns a tensor over a handle of the engine, such as an input. */
  @SuppressWarnings(
      "unchecked") // a tensor gives this trace back its own handles, whatever they are
  public Tensor tensor(H handle, Shape shape, ElementType type) {
    checkOpen();
    listener.made(handle, shape, type);
    return new Tensor((Trace<Object>) this, handle, shape, type);
  }

  /**
   * The engine's handle of a tensor of this trace.
   *
   * @throws ShapeException if the tensor belongs to another trace
   */
  @SuppressWarnings("unchecked") // this trace made the tensor
  public H handle(Tensor tensor) {
    checkOpen();
    if (tensor.trace() != this) {
      throw new ShapeException(
          located(
              "A tensor of another pass ("
                  + tensor
                  + ") was used: a tensor never outlives its pass."));
    }
    return (H) tensor.handle();
  }

  /** Ends the trace: its tensors are rejected from now on. */
  @Override
  public void close() {
    open = false;
  }

  Tensor constant(double value) {
    checkOpen();
    return tensor(ops.constant(value), Shape.scalar(), ElementType.FLOAT);
  }

  TensorOps<H> ops() {
    return ops;
  }

  String located(String message) {
    return place.isEmpty() ? message : message + " (near parameter " + place + ")";
  }

  void checkOpen() {
    if (!open) {
      throw new IllegalStateException("The pass is over: its tensors cannot be used any more.");
    }
  }

  private static Tensor half(Tensor x) {
    return x.cast(ElementType.BFLOAT16);
  }

  private static Tensor picked(Tensor x, Shape padded, Tensor tokens) {
    return x.broadcastTo(padded).reshape(padded.elements()).take(tokens);
  }

  /** The pass within a prefix, with rows identified by keys. */
  private final class Pass implements ForwardPass {
    private final String prefix;
    private final List<Tensor> keys;

    Pass(String prefix, List<Tensor> keys) {
      this.prefix = prefix;
      this.keys = keys;
    }

    @Override
    public Tensor parameter(String name, Shape shape, Initializer initializer) {
      String full = prefix + name;
      place = full;
      if (!shape.isFixed()) {
        throw new ShapeException(
            "The parameter %s cannot have the shape %s: its sizes must be numbers."
                .formatted(full, shape));
      }
      Tensor parameter = known.get(full);
      if (parameter == null) {
        parameter =
            tensor(parameters.parameter(full, shape, initializer), shape, ElementType.FLOAT);
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
      return new Pass(prefix + inner, keys);
    }

    @Override
    public ForwardPass keyed(Tensor numbers) {
      if (numbers.rank() != 1 || numbers.type() != ElementType.INT) {
        throw new ShapeException("keyed: the rows' numbers must be INT [B], not " + numbers + ".");
      }
      return new Pass(prefix, List.of(numbers));
    }

    @Override
    public ForwardPass packed(Tensor tokens, Dim rows, Dim length) {
      if (!training() || mode.dropout() != DropoutMode.PORTABLE) {
        return this;
      }
      Shape padded = Shape.of(rows, length);
      Tensor numbers = keys.isEmpty() ? iota(rows) : keys.get(0);
      return new Pass(
          prefix,
          List.of(
              picked(numbers.unsqueeze(1), padded, tokens),
              picked(iota(length).unsqueeze(0), padded, tokens)));
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
      H result = ops.dropout(handle(x), x.shape(), site(rate, x.shape()));
      return tensor(result, x.shape(), x.type());
    }

    @Override
    public Tensor attention(
        Tensor query, Tensor key, Tensor value, Tensor mask, double dropoutRate) {
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
                  handle(early ? query.mul(scale).cast(type) : query),
                  handle(key.cast(type)),
                  handle(value.cast(type)),
                  handle(mask.cast(ElementType.FLOAT)),
                  scores,
                  early ? 1 : scale,
                  type,
                  rate == 0 ? new Dropout<>(0, seed, 0, List.of()) : site(rate, scores)));
      return tensor(result, query.shape(), type).cast(query.type());
    }

    private boolean reduced() {
      return mode.precision() == Precision.BF16;
    }

    @Override
    public Tensor constant(double value) {
      return Trace.this.constant(value);
    }

    @Override
    public Tensor iota(Dim n) {
      return tensor(ops.iota(n), Shape.of(n), ElementType.INT);
    }

    /**
     * Returns the next dropout site, identified by the parameter path and a count within it, so
     * that it does not depend on the order of tracing elsewhere.
     */
    private Dropout<H> site(double rate, Shape shape) {
      int count = sites.merge(prefix, 1, Integer::sum);
      return new Dropout<>(rate, seed, (prefix + "#" + count).hashCode(), drawnBy(shape));
    }

    /** Returns the keys of the rows of a tensor; none if the engine's own generator is used. */
    private List<H> drawnBy(Shape shape) {
      if (mode.dropout() != DropoutMode.PORTABLE) {
        return List.of();
      }
      Dim rows = shape.dim(0);
      if (keys.isEmpty()) {
        return List.of(handle(iota(rows)));
      }
      if (!keys.get(0).dim(0).equals(rows)) {
        throw new ShapeException(
            "dropout: the pass numbers rows %s, but %s has others: key the pass by numbers of its rows."
                .formatted(keys.get(0).shape(), shape));
      }
      return keys.stream().<H>map(Trace.this::handle).toList();
    }
  }
}
