package org.simcse.djl;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.simcse.api.engine.GradientBuffer;
import org.simcse.api.engine.Signature;
import org.simcse.api.engine.Traced;
import org.simcse.api.tensor.Dim;

/**
 * A computation as TorchScript text: the lines that compute its outputs, and the values they refer
 * to.
 *
 * <p>The text is a method over lists of tensors: inputs {@code X} (the last is the seed),
 * parameters {@code W} and, to differentiate, gradients {@code G}. Empty lists are omitted.
 *
 * @param signature the signature of the program
 * @param parameters the names of those it uses, in the order of {@code W}
 * @param trainable the indices in {@code W} of the parameters to differentiate with respect to
 * @param lines the text without first and last lines
 * @param outputs the outputs' names and their expressions
 * @param packing the linear layers of {@link #forward} with packed weights
 */
record PyTorchTrace(
    Signature signature,
    List<String> parameters,
    List<Integer> trainable,
    String lines,
    Map<String, String> outputs,
    Optional<InferenceArguments.Packing> packing) {

  /**
   * Returns the text of a trace.
   *
   * @param ops over which it was traced
   * @param trainable names of parameters
   */
  static PyTorchTrace of(Traced<PyTorchOps.Value> traced, PyTorchOps ops, Set<String> trainable) {
    Map<String, String> outputs = new LinkedHashMap<>();
    traced.outputs().forEach((name, value) -> outputs.put(name, ops.tensor(value.handle())));
    List<String> parameters = List.copyOf(traced.parameters().keySet());
    return new PyTorchTrace(
        traced.signature(),
        parameters,
        IntStream.range(0, parameters.size())
            .filter(i -> trainable.contains(parameters.get(i)))
            .boxed()
            .toList(),
        ops.body(outputs.values()),
        outputs,
        ops.packing(parameters));
  }

  /** Returns the method that computes the outputs. */
  String forward() {
    String packed = packing.map(known -> ", P: " + known.kernel().packedWeights()).orElse("");
    return head(false, packed)
        + lines
        + "    return ["
        + String.join(", ", outputs.values())
        + "]\n";
  }

  /**
   * Returns the method over named tensors that computes the outputs, a tuple if there are several,
   * and leaves out the inputs that it does not read.
   *
   * @param type the name of the class
   * @param attributes the attributes of the parameters, in their order
   */
  String named(String type, List<String> attributes) {
    String sizes = sizes();
    StringBuilder text = new StringBuilder("  def forward(self: __torch__." + type);
    StringBuilder bound = new StringBuilder();
    for (Signature.Input input : signature.inputs()) {
      if (Pattern.compile("\\bx_" + input.name() + "\\b").matcher(sizes + lines).find()) {
        text.append(", ").append(input.name()).append(": Tensor");
        bind(bound, "x_" + input.name(), input.name(), false);
      }
    }
    for (int i = 0; i < attributes.size(); i++) {
      bind(bound, "w" + i, "self." + attributes.get(i), false);
    }
    boolean one = outputs.size() == 1;
    String types = String.join(", ", Collections.nCopies(outputs.size(), "Tensor"));
    return text.append(") -> ")
        .append(one ? types : "Tuple[" + types + "]")
        .append(":\n")
        .append(bound)
        .append(sizes)
        .append(lines)
        .append("    return ")
        .append((one ? "%s" : "(%s)").formatted(String.join(", ", outputs.values())))
        .append("\n")
        .toString();
  }

  /** Returns the method that computes the outputs, with autograd, and then the leaves. */
  String recorded() {
    List<String> results = new ArrayList<>(outputs.values());
    trainable.forEach(i -> results.add("w" + i));
    return head(true, "") + lines + "    return [" + String.join(", ", results) + "]\n";
  }

  /**
   * Returns the method that pulls gradients back through what {@link #recorded} computed: those
   * {@code U} of some outputs {@code O}, to the leaves {@code L}, whose gradients it returns.
   *
   * @param pulled the number of outputs
   */
  String pullback(int pulled) {
    String upstream =
        IntStream.range(0, pulled).mapToObj("U[%d]"::formatted).collect(Collectors.joining(", "));
    StringBuilder text =
        new StringBuilder(
            """
              def forward(self: __torch__.M, O: List[Tensor], U: List[Tensor], L: List[Tensor]) -> List[Tensor]:
                gradients = torch.grad(O, L, annotate(List[Optional[Tensor]], [%s]), None, False, True)
            """
                .formatted(upstream));
    List<String> results = new ArrayList<>();
    for (int i = 0; i < trainable.size(); i++) {
      text.append(presentOrZero(i, "L[" + i + "]"));
      results.add("torch.contiguous(d" + i + ")");
    }
    return text.append("    return [").append(String.join(", ", results)).append("]\n").toString();
  }

  /** Returns the lines that set {@code d} to a gradient, or to 0 if nothing depends on the leaf. */
  private static String presentOrZero(int i, String leaf) {
    return """
            g%1$d = gradients[%1$d]
            if g%1$d is not None:
              d%1$d = g%1$d
            else:
              d%1$d = torch.zeros_like(%2$s)
        """
        .formatted(i, leaf);
  }

  /**
   * Returns the method that computes the outputs and then the inputs' gradients, and adds the
   * trainable parameters' gradients to {@code G}.
   */
  String differentiate() {
    List<String> wanted = new ArrayList<>(trainable.stream().map(i -> "w" + i).toList());
    int own = wanted.size();
    signature.differentiable().forEach(input -> wanted.add("x_" + input.name()));
    String added = trainable.isEmpty() ? "" : ", G: List[Tensor]";
    StringBuilder text = new StringBuilder(head(true, added)).append(lines);
    List<String> results =
        new ArrayList<>(outputs.values().stream().map("torch.detach(%s)"::formatted).toList());
    if (!wanted.isEmpty()) {
      text.append(
          "    gradients = torch.grad([%s], [%s], None, None, False, True)\n"
              .formatted(
                  outputs.get(signature.objective().orElseThrow()), String.join(", ", wanted)));
    }
    for (int i = 0; i < wanted.size(); i++) {
      if (i < own) {
        text.append(
            "    g%1$d = gradients[%1$d]\n    if g%1$d is not None:\n      torch.add_(G[%1$d], g%1$d)\n"
                .formatted(i));
      } else {
        text.append(presentOrZero(i, wanted.get(i)));
        results.add("d" + i);
      }
    }
    return text.append("    return [").append(String.join(", ", results)).append("]\n").toString();
  }

  /**
   * Returns the method that computes the outputs and the gradients, clips these by their global
   * norm and updates the trainable parameters. The norm follows the outputs; the first number is
   * the largest norm.
   */
  String step(PyTorchOptimizer update) {
    List<String> leaves = trainable.stream().map(i -> "w" + i).toList();
    String gradients =
        IntStream.range(0, leaves.size()).mapToObj(i -> "d" + i).collect(Collectors.joining(", "));
    StringBuilder text = new StringBuilder(head(true, update.declared())).append(lines);
    text.append(
        "    gradients = torch.grad([%s], [%s], None, None, False, True)\n"
            .formatted(
                outputs.get(signature.objective().orElseThrow()), String.join(", ", leaves)));
    for (int i = 0; i < leaves.size(); i++) {
      text.append(presentOrZero(i, leaves.get(i)));
    }
    text.append(
        """
            clipped = [%1$s]
            norm = torch.linalg_vector_norm(torch.stack(torch._foreach_norm(clipped, 2)), 2)
            factor = float(N[0]) / (float(norm) + %2$s)
            if factor < 1.:
              torch._foreach_mul_(clipped, factor)
        """
            .formatted(gradients, GradientBuffer.CLIP_EPS));
    for (int i = 0; i < trainable.size(); i++) {
      int place = trainable.get(i);
      text.append(
          update.lines(parameters.get(place), "W[" + place + "]", "clipped[" + i + "]", i, 1));
    }
    List<String> results =
        new ArrayList<>(outputs.values().stream().map("torch.detach(%s)"::formatted).toList());
    results.add("norm");
    return text.append("    return [").append(String.join(", ", results)).append("]\n").toString();
  }

  private String head(boolean gradients, String added) {
    StringBuilder text = new StringBuilder("  def forward(self: __torch__.M, X: List[Tensor]");
    text.append(parameters.isEmpty() ? "" : ", W: List[Tensor]")
        .append(added)
        .append(") -> List[Tensor]:\n");
    List<Signature.Input> inputs = signature.inputs();
    for (int i = 0; i < inputs.size(); i++) {
      bind(
          text,
          "x_" + inputs.get(i).name(),
          "X[" + i + "]",
          gradients && inputs.get(i).differentiable());
    }
    bind(text, "seed", "X[" + inputs.size() + "]", false);
    for (int i = 0; i < parameters.size(); i++) {
      bind(text, "w" + i, "W[" + i + "]", gradients && trainable.contains(i));
    }
    return text.append(sizes()).toString();
  }

  /** An autograd leaf is an alias: the tensor itself is not modified. */
  private static void bind(StringBuilder text, String name, String value, boolean leaf) {
    text.append(
        "    %s = %s\n"
            .formatted(
                name, leaf ? "torch.requires_grad_(torch.detach(" + value + "), True)" : value));
  }

  private String sizes() {
    Map<String, String> lines = new LinkedHashMap<>();
    for (Signature.Input input : signature.inputs()) {
      for (int axis = 0; axis < input.shape().rank(); axis++) {
        Dim dim = input.shape().dim(axis);
        if (dim.isSymbol()) {
          lines.putIfAbsent(
              dim.toString(),
              "    s_%s = torch.size(x_%s, %d)\n".formatted(dim, input.name(), axis));
        }
      }
    }
    return lines.values().stream().collect(Collectors.joining());
  }
}
