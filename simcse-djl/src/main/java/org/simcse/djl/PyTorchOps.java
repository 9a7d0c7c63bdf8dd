package org.simcse.djl;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.simcse.api.tensor.Adam;
import org.simcse.api.tensor.Dim;
import org.simcse.api.tensor.Dropout;
import org.simcse.api.tensor.ElementType;
import org.simcse.api.tensor.HostTensor;
import org.simcse.api.tensor.PortableRandom;
import org.simcse.api.tensor.Shape;
import org.simcse.api.tensor.TensorOps;

/** Emits a line or so of TorchScript an operation; a handle is the name of its result. */
final class PyTorchOps implements TensorOps<PyTorchOps.Value> {
  /**
   * A value of the program.
   *
   * @param text a name, or an expression where {@code number}
   * @param number whether it is a plain number, which most operations take as it is
   * @param rowTable whether it is a parameter with two axes, whose rows {@code embedding} looks up
   */
  record Value(String text, boolean number, boolean rowTable) {}

  private static final long WORD = 0xFFFFFFFFL;
  private static final int INT32 = 3;
  private static final int INT64 = 4;
  private static final int FLOAT32 = 6;
  private static final int BOOL = 11;
  private static final int BFLOAT16 = 15;

  /** Fewer rows than these are not worth rearranging a weight for, as oneDNN does at every call. */
  private static final int ONE_DNN_ROWS = 256;

  /** Up to this many tokens attention is faster step by step than in the flash kernel. */
  private static final int SHORT_TEXT = 64;

  /** Where tensors are created unless on a GPU. */
  static final String CPU = "cpu";

  /** What the names of a program's inputs start with. */
  static final String INPUT = "x_";

  /** The number of a step at which Adam's correction of bias is none. */
  private static final String FOREVER = "1000000000.";

  private static final Pattern NAME = Pattern.compile("[a-z]\\w*");

  /** The operands of a linear layer and its number of rows. */
  private record Linear(String operands, String rows) {}

  private final String device;
  private final boolean differentiable;
  private final boolean oneDnn;
  private final Map<String, String> lines = new LinkedHashMap<>();
  private final Set<String> effects = new HashSet<>();
  private final Map<Value, Linear> linears = new HashMap<>();
  private final List<HostTensor> constants = new ArrayList<>();
  private boolean singlePrecision = true;
  private int count;

  /**
   * Operations of a new program.
   *
   * @param device where tensors are created, such as {@code cpu} or {@code cuda:0}
   * @param differentiable whether gradients may be wanted
   * @param oneDnn whether there are the kernels of oneDNN, which have no gradients
   */
  PyTorchOps(String device, boolean differentiable, boolean oneDnn) {
    this.device = device;
    this.differentiable = differentiable;
    this.oneDnn = oneDnn && !differentiable;
  }

  /** The lines that {@code results} need, indented by four spaces. */
  String body(Collection<String> results) {
    Set<String> needed = new HashSet<>(results);
    needed.addAll(effects);
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

  /** Tensors that the program takes as the list {@code C}. */
  List<HostTensor> constants() {
    return constants;
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

  private Value emit(String expression) {
    Value result = next();
    lines.put(result.text(), "    " + result.text() + " = " + expression + "\n");
    return result;
  }

  private Value next() {
    return new Value("v" + count++, false, false);
  }

  private Value call(String function, Object... arguments) {
    StringBuilder text = new StringBuilder("torch.").append(function).append('(');
    for (int i = 0; i < arguments.length; i++) {
      text.append(i == 0 ? "" : ", ")
          .append(arguments[i] instanceof Value value ? value.text() : python(arguments[i]));
    }
    return emit(text.append(')').toString());
  }

  private static String python(Object argument) {
    return argument instanceof Boolean truth ? (truth ? "True" : "False") : argument.toString();
  }

  /** The name of a tensor, also for a number. */
  String tensor(Value value) {
    return value.number()
        ? emit("torch.tensor(%s, dtype=%d, device=torch.device(\"%s\"))"
                .formatted(value.text(), FLOAT32, device))
            .text()
        : value.text();
  }

  /** A call whose first operand must be a tensor; the second may be a number. */
  private Value binary(String function, Value a, Value b) {
    return call(function, tensor(a), b);
  }

  @Override
  public Value constant(HostTensor value) {
    if (value.shape().length == 0 && value.type() == ElementType.FLOAT) {
      return new Value(String.valueOf((float) value.at(0)), true, false);
    }
    constants.add(value);
    return emit("C[" + (constants.size() - 1) + "]");
  }

  @Override
  public Value scalar(double value) {
    return new Value(String.valueOf(value), true, false);
  }

  @Override
  public Value size(Dim dim) {
    return new Value("float(" + literal(dim) + ")", true, false);
  }

  @Override
  public Value iota(Dim n) {
    return emit(
        "torch.arange(%s, dtype=%d, layout=None, device=torch.device(\"%s\"))"
            .formatted(literal(n), INT64, device));
  }

  @Override
  public Value neg(Value x) {
    return call("neg", tensor(x));
  }

  @Override
  public Value exp(Value x) {
    return call("exp", tensor(x));
  }

  @Override
  public Value log(Value x) {
    return call("log", tensor(x));
  }

  @Override
  public Value sqrt(Value x) {
    return call("sqrt", tensor(x));
  }

  @Override
  public Value tanh(Value x) {
    return call("tanh", tensor(x));
  }

  @Override
  public Value erf(Value x) {
    return call("erf", tensor(x));
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
    return call("maximum", tensor(a), tensor(b));
  }

  @Override
  public Value greater(Value a, Value b) {
    return binary("gt", a, b);
  }

  @Override
  public Value equal(Value a, Value b) {
    return binary("eq", a, b);
  }

  @Override
  public Value where(Value condition, Value a, Value b) {
    return call("where", condition, tensor(a), tensor(b));
  }

  @Override
  public Value matmul(Value a, Value b, boolean transposeA, boolean transposeB) {
    return call(
        "matmul",
        transposeA ? call("transpose", a, -2, -1) : a,
        transposeB ? call("transpose", b, -2, -1) : b);
  }

  @Override
  public Value sum(Value x, List<Integer> axes, boolean keep) {
    return call("sum", tensor(x), axes, keep);
  }

  @Override
  public Value max(Value x, int axis, boolean keep) {
    return call("amax", x, List.of(axis), keep);
  }

  @Override
  public Value reshape(Value x, Shape shape) {
    return call("reshape", tensor(x), literal(shape));
  }

  @Override
  public Value transpose(Value x, List<Integer> permutation) {
    return call("permute", x, permutation);
  }

  @Override
  public Value concat(List<Value> parts, int axis) {
    return call("cat", parts.stream().map(this::tensor).toList(), axis);
  }

  @Override
  public Value slice(Value x, int axis, Dim start, Dim length) {
    return call("narrow", x, axis, literal(start), literal(length));
  }

  @Override
  public Value broadcastTo(Value x, Shape shape) {
    return call("expand", tensor(x), literal(shape));
  }

  @Override
  public Value gather(Value table, Value rows) {
    if (table.rowTable()) {
      return call("embedding", table, rows);
    }
    // The gradient of index_select adds whole rows, that of index one element after the other. But
    // on a GPU the one adds in any order, and the other sorts first.
    return device.equals(CPU)
        ? emit(
            "torch.reshape(torch.index_select(%1$s, 0, torch.flatten(%2$s)), torch.add(torch.size(%2$s), torch.slice(torch.size(%1$s), 1)))"
                .formatted(table.text(), rows.text()))
        : call("index", table, "annotate(List[Optional[Tensor]], [" + rows.text() + "])");
  }

  @Override
  public Value oneHot(Value ids, Dim depth) {
    return call("to", call("one_hot", ids, literal(depth)), FLOAT32);
  }

  @Override
  public Value cast(Value x, ElementType type) {
    singlePrecision &= type != ElementType.BFLOAT16;
    int target =
        switch (type) {
          case FLOAT -> FLOAT32;
          case BFLOAT16 -> BFLOAT16;
          case INT -> INT64;
          case BOOL -> BOOL;
        };
    return call("to", tensor(x), target);
  }

  @Override
  public Value stopGradient(Value x) {
    return call("detach", tensor(x));
  }

  @Override
  public Value uniform(Value seed, int site, List<Value> keys, Shape shape) {
    Value low = words(seed);
    Value high = words(emit(seed.text() + " >> 32"));
    Value hash = mix(mix(call("zeros_like", low), low.text()), high.text());
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
        "torch.mul_(torch.to(%s, %d), %s)".formatted(shifted(hash.text(), 8), FLOAT32, 0x1p-24));
  }

  /** The low 32 bits of integers, as signed words: half the memory of what they come in. */
  private Value words(Value integers) {
    return call("to", integers, INT32);
  }

  /** A vector along one axis of a shape, with size 1 along the others. */
  private Value along(Value vector, Shape shape, int axis) {
    Dim[] ones = shape.dims().stream().map(dim -> Dim.of(1)).toArray(Dim[]::new);
    return reshape(vector, Shape.of(ones).with(axis, shape.dim(axis)));
  }

  /** {@link PortableRandom#mix}, in place but for the first operation; products wrap. */
  private Value mix(Value hash, String word) {
    Value h =
        emit(
            "torch.add_(%s ^ %s, %d)".formatted(hash.text(), word, (int) PortableRandom.INCREMENT));
    h = scramble(h, 16, PortableRandom.MULTIPLIER_1);
    h = scramble(h, 13, PortableRandom.MULTIPLIER_2);
    return folded(h, 16);
  }

  private Value scramble(Value h, int shift, long multiplier) {
    return emit("torch.mul_(%s, %d)".formatted(folded(h, shift).text(), (int) multiplier));
  }

  private Value folded(Value h, int shift) {
    return emit("torch.bitwise_xor_(%s, %s)".formatted(h.text(), shifted(h.text(), shift)));
  }

  /** A shift to the right that fills with zeros, where the engine's own fills with the sign. */
  private static String shifted(String h, int shift) {
    return "torch.bitwise_and_(%s >> %d, %d)".formatted(h, shift, WORD >> shift);
  }

  // Fused kernels of libtorch

  @Override
  public Value softmax(Value x, int axis) {
    return call("softmax", x, axis, "None");
  }

  @Override
  public Value logSoftmax(Value x, int axis) {
    return call("log_softmax", x, axis, "None");
  }

  @Override
  public Value mean(Value x, List<Integer> axes, boolean keep, Dim elements) {
    return call("mean", tensor(x), axes, keep);
  }

  @Override
  public Value layerNorm(Value x, int lastAxis, Dim width, Value weight, Value bias, double eps) {
    return call("layer_norm", x, List.of(literal(width)), weight, bias, eps);
  }

  @Override
  public Value gelu(Value x) {
    Linear linear = linears.get(x);
    return linear == null
        ? call("gelu", tensor(x))
        : fused(linear, "gelu", "torch.gelu(torch.linear(%s))");
  }

  @Override
  public Value linear(Value x, Value weight, Value bias, Shape result) {
    if (!oneDnn || !singlePrecision) {
      return call("linear", x, weight, bias);
    }
    Linear linear =
        new Linear(
            String.join(", ", x.text(), weight.text(), bias.text()),
            result.dims().subList(0, result.rank() - 1).stream()
                .map(dim -> "(" + literal(dim) + ")")
                .collect(Collectors.joining(" * ", "1 * ", "")));
    Value value = fused(linear, "none", "torch.linear(%s)");
    linears.put(value, linear);
    return value;
  }

  /** The line of the layer alone goes, like every line that nothing needs. */
  private Value fused(Linear linear, String activation, String otherwise) {
    Value result = next();
    String text =
        """
            if %1$s >= %2$d:
              %3$s = ops.mkldnn._linear_pointwise(%4$s, "%5$s", annotate(List[Optional[number]], []), "none")
            else:
              %3$s = %6$s
        """
            .formatted(
                linear.rows(),
                ONE_DNN_ROWS,
                result.text(),
                linear.operands(),
                activation,
                otherwise.formatted(linear.operands()));
    lines.put(result.text(), text);
    return result;
  }

  @Override
  public Value attention(
      Value query,
      Value key,
      Value value,
      Value mask,
      Shape scores,
      double scale,
      Dropout<Value> dropout) {
    Value result = next();
    String fused =
        "torch.scaled_dot_product_attention(%s, %s, %s, %s, scale=%s)"
            .formatted(query.text(), key.text(), value.text(), mask.text(), scale);
    String steps =
        """
        %1$s_s = torch.mul_(torch.matmul(%2$s, torch.transpose(%3$s, -2, -1)), %4$s)
        %1$s_p = torch.softmax(torch.add_(%1$s_s, %5$s), -1, None)
        %1$s = torch.matmul(%6$s, %7$s)
        """
            .formatted(
                result.text(),
                query.text(),
                key.text(),
                scale,
                mask.text(),
                dropped(result.text() + "_p", dropout.rate()),
                value.text());
    // The CPU's flash kernel is slow for short texts. And it computes the gradient of the scores
    // from the output, so that the rows sum up to zero less exactly: the gradient of a key's bias,
    // 0 by mathematics, is noise then.
    lines.put(
        result.text(),
        differentiable
            ? steps.indent(4)
            : "    if %s <= %d:\n".formatted(literal(scores.dim(3)), SHORT_TEXT)
                + steps.indent(6)
                + "    else:\n      %s = %s\n".formatted(result.text(), fused));
    return result;
  }

  @Override
  public Value dropout(Value x, Shape shape, Dropout<Value> dropout) {
    return dropout.rate() == 0 ? x : emit(dropped(x.text(), dropout.rate()));
  }

  /**
   * This kernel keeps a byte an element for the gradient, where {@code dropout} keeps two floats.
   */
  private static String dropped(String x, double rate) {
    return rate == 0 ? x : "(torch.native_dropout(%s, %s, True))[0]".formatted(x, rate);
  }

  @Override
  public Value crossEntropy(Value logits, Value labels, Dim classes) {
    return call("cross_entropy_loss", logits, labels, "None", 0);
  }

  /**
   * In place, where the operands are a program's inputs: those of an update, which replaces them.
   */
  @Override
  public List<Value> adam(Value value, Value gradient, Adam<Value> adam) {
    List<Value> targets = List.of(value, adam.mean(), adam.variance());
    if (!targets.stream().allMatch(target -> target.text().startsWith(INPUT))) {
      return TensorOps.super.adam(value, gradient, adam);
    }
    String effect = next().text();
    effects.add(effect);
    // TorchScript takes a call that changes the content of a list for dead code unless the list is
    // looked at afterwards; to copy a tensor to itself does nothing.
    //
    // The kernel corrects bias by the step's number; ever after, there is none left to correct. And
    // it decays by the product of rate and weight decay.
    lines.put(
        effect,
        """
            %9$s_rate = float(%5$s)
            %9$s_value = [%1$s]
            %9$s_mean = [%3$s]
            %9$s_variance = [%4$s]
            torch._fused_adamw_(%9$s_value, [%2$s], %9$s_mean, %9$s_variance, annotate(List[Tensor], []), [%8$s], lr=%9$s_rate, beta1=%10$s, beta2=%11$s, weight_decay=%7$s, eps=float(%6$s), amsgrad=False, maximize=False)
            torch.copy_(%1$s, %9$s_value[0])
            torch.copy_(%3$s, %9$s_mean[0])
            torch.copy_(%4$s, %9$s_variance[0])
        """
            .formatted(
                value.text(),
                gradient.text(),
                adam.mean().text(),
                adam.variance().text(),
                adam.stepSize().text(),
                adam.epsilon().text(),
                adam.decay()
                    .map(
                        decay ->
                            "float(%1$s) / %2$s if %2$s != 0. else 0."
                                .formatted(decay.text(), effect + "_rate"))
                    .orElse("0."),
                tensor(new Value(FOREVER, true, false)),
                effect,
                adam.beta1(),
                adam.beta2()));
    return targets;
  }
}
