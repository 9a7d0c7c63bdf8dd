package org.simcse.djl;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.simcse.api.tensor.Attention;
import org.simcse.api.tensor.Dim;
import org.simcse.api.tensor.Dropout;
import org.simcse.api.tensor.ElementType;
import org.simcse.api.tensor.PortableRandom;
import org.simcse.api.tensor.Shape;
import org.simcse.api.tensor.TensorOps;
import org.simcse.djl.InferenceArguments.Layer;
import org.simcse.djl.InferenceArguments.Packing;

/** Emits about one line of TorchScript per operation; a handle is the name of its result. */
final class PyTorchOps implements TensorOps<PyTorchOps.Value> {
  /**
   * A value of the program.
   *
   * @param text a name, or an expression where {@link #number}
   * @param type the element type
   * @param kind further information about it
   */
  record Value(String text, ElementType type, Kind kind) {
    /** Creates a tensor. */
    Value(String text, ElementType type) {
      this(text, type, Kind.TENSOR);
    }

    /** Returns whether it is a plain number, which most operations accept directly. */
    boolean number() {
      return kind == Kind.NUMBER;
    }
  }

  /** Further information about a value. */
  enum Kind {
    TENSOR,
    /** A plain number. */
    NUMBER,
    /** A parameter with two axes, whose rows {@code embedding} looks up. */
    ROW_TABLE
  }

  private static final long WORD = 0xFFFFFFFFL;
  private static final int INT32 = 3;
  private static final int INT64 = 4;
  private static final int FLOAT32 = 6;
  private static final int BOOL = 11;
  private static final int BFLOAT16 = 15;

  /** Up to this many tokens unfused attention is faster than the flash kernel. */
  private static final int SHORT_TEXT = 64;

  private static final Pattern NAME = Pattern.compile("[a-z]\\w*");
  private static final Pattern PARAMETER = Pattern.compile("w\\d+");

  /** A linear layer with packed weights. */
  private record Linear(Value x, Layer layer) {}

  private final String device;
  private final boolean cpu;
  private final boolean differentiable;
  private final Optional<LinearKernel> kernel;
  private final Map<String, String> lines = new LinkedHashMap<>();
  private final Map<Value, Linear> linears = new HashMap<>();
  private final List<Layer> layers = new ArrayList<>();
  private int count;

  /**
   * Creates the operations of a new program.
   *
   * @param device the expression of the device of new tensors, such as {@code torch.device("cpu")}
   * @param cpu whether rows are looked up as is fast on a CPU
   * @param differentiable whether gradients may be computed
   * @param kernel the kernel of linear layers, unless gradients may be computed
   */
  PyTorchOps(String device, boolean cpu, boolean differentiable, Optional<LinearKernel> kernel) {
    this.device = device;
    this.cpu = cpu;
    this.differentiable = differentiable;
    this.kernel = differentiable ? Optional.empty() : kernel;
  }

  /**
   * Returns the linear layers with packed weights, empty if there are none.
   *
   * @param names the names of the parameters, by the numbers in their handles
   */
  Optional<Packing> packing(List<String> names) {
    return kernel
        .filter(any -> !layers.isEmpty())
        .map(
            known ->
                new Packing(
                    known,
                    layers.stream()
                        .map(
                            layer ->
                                new Layer(
                                    names.get(number(layer.weight())),
                                    names.get(number(layer.bias()))))
                        .toList()));
  }

  private static int number(String handle) {
    return Integer.parseInt(handle.substring(1));
  }

  /** Returns the lines that {@code results} need, indented by four spaces. */
  String body(Collection<String> results) {
    Set<String> needed = new HashSet<>(results);
    List<String> names = new ArrayList<>(lines.keySet());
    Collections.reverse(names);
    for (String name : names) {
      if (needed.contains(name)) {
        NAME.matcher(lines.get(name)).results().map(MatchResult::group).forEach(needed::add);
      }
    }
    lines.keySet().retainAll(needed);
    return String.join("", lines.values());
  }

  static String literal(Dim dim) {
    return dim.evaluate(
        symbol -> "s_" + symbol, String::valueOf, (a, b) -> a + " + " + b, (a, b) -> a + " * " + b);
  }

  static String literal(Shape shape) {
    return shape.dims().stream()
        .map(PyTorchOps::literal)
        .collect(
            Collectors.joining(
                ", ",
                shape.rank() == 0 ? "annotate(List[int], [" : "[",
                shape.rank() == 0 ? "])" : "]"));
  }

  private Value emit(ElementType type, String expression) {
    Value result = next(type);
    lines.put(result.text(), "    " + result.text() + " = " + expression + "\n");
    return result;
  }

  private Value next(ElementType type) {
    return new Value("v" + count++, type);
  }

  private Value call(ElementType type, String function, Object... arguments) {
    StringBuilder text = new StringBuilder("torch.").append(function).append('(');
    for (int i = 0; i < arguments.length; i++) {
      text.append(i == 0 ? "" : ", ")
          .append(arguments[i] instanceof Value value ? value.text() : python(arguments[i]));
    }
    return emit(type, text.append(')').toString());
  }

  private static String python(Object argument) {
    return argument instanceof Boolean truth ? (truth ? "True" : "False") : argument.toString();
  }

  /** Returns the name of a tensor, also for a number. */
  String tensor(Value value) {
    return value.number()
        ? emit(
                ElementType.FLOAT,
                "torch.tensor(%s, dtype=%d, device=%s)".formatted(value.text(), FLOAT32, device))
            .text()
        : value.text();
  }

  private Value unary(String function, Value x) {
    return call(x.type(), function, tensor(x));
  }

  /** Returns a call of two operands of one type, the first a tensor; the second may be a number. */
  private Value binary(String function, Value a, Value b) {
    return call(a.type(), function, tensor(a), like(a, b));
  }

  private Value comparison(String function, Value a, Value b) {
    return call(ElementType.BOOL, function, tensor(a), like(a, b));
  }

  /**
   * Returns {@code x} in the type of {@code model}: compositions combine two floating-point types.
   */
  private Value like(Value model, Value x) {
    return x.number() || x.type() == model.type() ? x : cast(x, model.type());
  }

  @Override
  public Value constant(double value) {
    return new Value(String.valueOf(value), ElementType.FLOAT, Kind.NUMBER);
  }

  @Override
  public Value size(Dim dim) {
    return new Value("float(" + literal(dim) + ")", ElementType.FLOAT, Kind.NUMBER);
  }

  @Override
  public Value iota(Dim n) {
    return emit(
        ElementType.INT,
        "torch.arange(%s, dtype=%d, layout=None, device=%s)".formatted(literal(n), INT64, device));
  }

  @Override
  public Value neg(Value x) {
    return unary("neg", x);
  }

  @Override
  public Value exp(Value x) {
    return unary("exp", x);
  }

  @Override
  public Value log(Value x) {
    return unary("log", x);
  }

  @Override
  public Value sqrt(Value x) {
    return unary("sqrt", x);
  }

  @Override
  public Value tanh(Value x) {
    return unary("tanh", x);
  }

  @Override
  public Value erf(Value x) {
    return unary("erf", x);
  }

  @Override
  public Value add(Value a, Value b) {
    return a.number() && !b.number() ? binary("add", b, a) : binary("add", a, b);
  }

  @Override
  public Value sub(Value a, Value b) {
    return binary("sub", a, b);
  }

  @Override
  public Value mul(Value a, Value b) {
    return a.number() && !b.number() ? binary("mul", b, a) : binary("mul", a, b);
  }

  @Override
  public Value div(Value a, Value b) {
    return binary("div", a, b);
  }

  @Override
  public Value maximum(Value a, Value b) {
    return call(a.type(), "maximum", tensor(a), tensor(like(a, b)));
  }

  @Override
  public Value greater(Value a, Value b) {
    return comparison("gt", a, b);
  }

  @Override
  public Value equal(Value a, Value b) {
    return comparison("eq", a, b);
  }

  @Override
  public Value where(Value condition, Value a, Value b) {
    return call(a.type(), "where", condition, tensor(a), tensor(like(a, b)));
  }

  @Override
  public Value matmul(Value a, Value b, boolean transposeA, boolean transposeB) {
    return call(
        a.type(),
        "matmul",
        transposeA ? call(a.type(), "transpose", a, -2, -1) : a,
        transposeB ? call(b.type(), "transpose", b, -2, -1) : b);
  }

  @Override
  public Value sum(Value x, List<Integer> axes, boolean keepDims) {
    return call(x.type(), "sum", tensor(x), axes, keepDims);
  }

  @Override
  public Value max(Value x, int axis, boolean keepDims) {
    return call(x.type(), "amax", x, List.of(axis), keepDims);
  }

  @Override
  public Value reshape(Value x, Shape shape) {
    return call(x.type(), "reshape", tensor(x), literal(shape));
  }

  @Override
  public Value transpose(Value x, List<Integer> permutation) {
    return call(x.type(), "permute", x, permutation);
  }

  @Override
  public Value concat(List<Value> parts, int axis) {
    return call(parts.get(0).type(), "cat", parts.stream().map(this::tensor).toList(), axis);
  }

  @Override
  public Value slice(Value x, int axis, Dim start, Dim length) {
    return call(x.type(), "narrow", x, axis, literal(start), literal(length));
  }

  @Override
  public Value broadcastTo(Value x, Shape shape) {
    return call(x.type(), "expand", tensor(x), literal(shape));
  }

  @Override
  public Value take(Value table, Value rows) {
    if (table.kind() == Kind.ROW_TABLE) {
      return call(table.type(), "embedding", table, rows);
    }
    // The gradient of index_select adds whole rows, that of index one element after the other. But
    // on a GPU the one adds in any order, and the other sorts first.
    return cpu
        ? emit(
            table.type(),
            "torch.reshape(torch.index_select(%1$s, 0, torch.flatten(%2$s)), torch.add(torch.size(%2$s), torch.slice(torch.size(%1$s), 1)))"
                .formatted(table.text(), rows.text()))
        : call(
            table.type(),
            "index",
            table,
            "annotate(List[Optional[Tensor]], [" + rows.text() + "])");
  }

  @Override
  public Value oneHot(Value ids, Dim depth) {
    Value truths = call(ElementType.INT, "one_hot", ids, literal(depth));
    return call(ElementType.FLOAT, "to", truths, FLOAT32);
  }

  @Override
  public Value cast(Value x, ElementType type) {
    int target =
        switch (type) {
          case FLOAT -> FLOAT32;
          case BFLOAT16 -> BFLOAT16;
          case INT -> INT64;
          case BOOL -> BOOL;
        };
    return call(type, "to", tensor(x), target);
  }

  @Override
  public Value stopGradient(Value x) {
    return unary("detach", x);
  }

  @Override
  public Value uniform(Value seed, int site, List<Value> keys, Shape shape) {
    Value low = words(seed);
    Value high = words(emit(ElementType.INT, seed.text() + " >> 32"));
    Value hash = mix(mix(unary("zeros_like", low), low.text()), high.text());
    hash = mix(hash, String.valueOf(site));
    for (Value key : keys) {
      hash = mix(hash, along(words(key), shape, 0).text());
    }
    for (int axis = 1; axis < shape.rank(); axis++) {
      hash = mix(hash, along(words(iota(shape.dim(axis))), shape, axis).text());
    }
    for (int absent = keys.size() + shape.rank() - 1; absent < 4; absent++) {
      hash = mix(hash, "0");
    }
    return emit(
        ElementType.FLOAT,
        "torch.mul_(torch.to(%s, %d), %s)".formatted(shifted(hash.text(), 8), FLOAT32, 0x1p-24));
  }

  /** Returns the low 32 bits of integers, as signed words: half the memory. */
  private Value words(Value integers) {
    return call(ElementType.INT, "to", integers, INT32);
  }

  /** Returns a vector along one axis of a shape, with size 1 along the others. */
  private Value along(Value vector, Shape shape, int axis) {
    Dim[] ones = shape.dims().stream().map(dim -> Dim.of(1)).toArray(Dim[]::new);
    return reshape(vector, Shape.of(ones).with(axis, shape.dim(axis)));
  }

  /** {@link PortableRandom#mix}, in place but for the first operation; products wrap. */
  private Value mix(Value hash, String word) {
    Value h =
        emit(
            ElementType.INT,
            "torch.add_(%s ^ %s, %d)".formatted(hash.text(), word, (int) PortableRandom.INCREMENT));
    h = scramble(h, 16, PortableRandom.MULTIPLIER_1);
    h = scramble(h, 13, PortableRandom.MULTIPLIER_2);
    return folded(h, 16);
  }

  private Value scramble(Value h, int shift, long multiplier) {
    return emit(
        ElementType.INT, "torch.mul_(%s, %d)".formatted(folded(h, shift).text(), (int) multiplier));
  }

  private Value folded(Value h, int shift) {
    return emit(
        ElementType.INT,
        "torch.bitwise_xor_(%s, %s)".formatted(h.text(), shifted(h.text(), shift)));
  }

  /**
   * Returns a shift to the right that fills with zeros, where the engine's own fills with the sign.
   */
  private static String shifted(String h, int shift) {
    return "torch.bitwise_and_(%s >> %d, %d)".formatted(h, shift, WORD >> shift);
  }

  // Fused kernels of libtorch

  @Override
  public Value softmax(Value x, int axis) {
    return call(x.type(), "softmax", x, axis, "None");
  }

  @Override
  public Value logSoftmax(Value x, int axis) {
    return call(x.type(), "log_softmax", x, axis, "None");
  }

  @Override
  public Value mean(Value x, List<Integer> axes, boolean keepDims, Dim elements) {
    return call(x.type(), "mean", tensor(x), axes, keepDims);
  }

  @Override
  public Value layerNorm(Value x, int lastAxis, Dim width, Value weight, Value bias, double eps) {
    return call(x.type(), "layer_norm", x, List.of(literal(width)), weight, bias, eps);
  }

  @Override
  public Value gelu(Value x) {
    Linear linear = linears.get(x);
    return linear == null ? unary("gelu", x) : packed(linear, true);
  }

  @Override
  public Value linear(Value x, Value weight, Value bias, Shape result) {
    if (kernel.isEmpty()
        || !kernel.get().accepts(x.type())
        || !PARAMETER.matcher(weight.text()).matches()
        || !PARAMETER.matcher(bias.text()).matches()) {
      return call(x.type(), "linear", x, like(x, weight), like(x, bias));
    }
    Linear linear = new Linear(x, new Layer(weight.text(), bias.text()));
    if (!layers.contains(linear.layer)) {
      layers.add(linear.layer);
    }
    Value value = packed(linear, false);
    linears.put(value, linear);
    return value;
  }

  /** Emits a layer; that without its activation is dropped, like every unused line. */
  private Value packed(Linear linear, boolean gelu) {
    String weight = "P[" + layers.indexOf(linear.layer) + "]";
    return emit(
        linear.x.type(),
        kernel.orElseThrow().product(linear.x.text(), weight, linear.layer.bias(), gelu));
  }

  @Override
  public Value attention(Attention<Value> operands) {
    if (!operands.dropout().keys().isEmpty()) {
      return TensorOps.super.attention(operands);
    }
    String mask = tensor(operands.mask());
    Value result = next(operands.type());
    String steps = stepwise(result.text(), mask, operands);
    // The CPU's flash kernel is slow for short texts. And it computes the gradient of the scores
    // from the output, so that the rows sum up to zero less exactly: the gradient of a key's bias,
    // 0 by mathematics, is noise then.
    lines.put(
        result.text(),
        differentiable
            ? steps.indent(4)
            : "    if %s <= %d:\n".formatted(literal(operands.scores().dim(3)), SHORT_TEXT)
                + steps.indent(6)
                + "    else:\n      %s = %s\n".formatted(result.text(), fused(mask, operands)));
    return result;
  }

  private static String fused(String mask, Attention<Value> x) {
    return "torch.scaled_dot_product_attention(%s, %s, %s, %s, scale=%s)"
        .formatted(
            x.query().text(),
            x.key().text(),
            x.value().text(),
            x.type() == ElementType.FLOAT ? mask : "torch.to(%s, %d)".formatted(mask, BFLOAT16),
            x.scale());
  }

  private static String stepwise(String result, String mask, Attention<Value> x) {
    String product =
        "torch.matmul(%s, torch.transpose(%s, -2, -1))".formatted(x.query().text(), x.key().text());
    String weights = dropped(result + "_p", x.dropout().rate());
    boolean single = x.type() == ElementType.FLOAT;
    String scores = single ? product : "torch.to(%s, %d)".formatted(product, FLOAT32);
    return """
        %1$s_s = %2$s
        %1$s_p = torch.softmax(torch.add_(%1$s_s, %3$s), -1, None)
        %1$s = torch.matmul(%4$s, %5$s)
        """
        .formatted(
            result,
            x.scale() == 1 ? scores : "torch.mul_(%s, %s)".formatted(scores, x.scale()),
            mask,
            single ? weights : "torch.to(%s, %d)".formatted(weights, BFLOAT16),
            x.value().text());
  }

  @Override
  public Value dropout(Value x, Shape shape, Dropout<Value> dropout) {
    return dropout.rate() == 0 || !dropout.keys().isEmpty()
        ? TensorOps.super.dropout(x, shape, dropout)
        : emit(x.type(), dropped(x.text(), dropout.rate()));
  }

  /**
   * Emits a dropout kernel that keeps one byte per element for the gradient, where {@code dropout}
   * keeps two floats.
   */
  private static String dropped(String x, double rate) {
    return rate == 0 ? x : "(torch.native_dropout(%s, %s, True))[0]".formatted(x, rate);
  }

  @Override
  public Value crossEntropy(Value logits, Value labels, Dim classes) {
    return call(logits.type(), "cross_entropy_loss", logits, labels, "None", 0);
  }
}
