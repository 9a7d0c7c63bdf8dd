package org.simcse.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.function.Function;
import org.simcse.api.engine.AdamKernel;
import org.simcse.api.engine.GradientBuffer;
import org.simcse.api.engine.Lifecycle;
import org.simcse.api.engine.Optimizer;
import org.simcse.api.engine.OptimizerState;
import org.simcse.api.engine.ParameterTable;
import org.simcse.api.engine.UpdateComputation;
import org.simcse.api.engine.UpdateRule;
import org.simcse.api.tensor.HostTensor;

/**
 * An update rule as TorchScript text, which changes values and state in place.
 *
 * <p>The text refers to values {@code W}, gradients {@code G}, state {@code S} and hyperparameters
 * {@code N}, lists in the order of the parameters.
 */
final class PyTorchOptimizer implements Optimizer, Lifecycle.Part {
  /** A step number at which Adam's bias correction has no effect. */
  private static final double FOREVER = 1e9;

  private final UpdateRule rule;
  private final ParameterTable<NDArray> parameters;
  private final Function<String, PyTorchTrace> tracer;
  private final Runnable changed;
  private final NDManager manager;
  private final Lifecycle lifecycle;
  private final OptimizerState<NDArray> state;
  private final Map<List<String>, ScriptModule> modules = new HashMap<>();

  /**
   * Creates an optimizer without state.
   *
   * @param tracer traces the rule for the parameter of a name
   * @param changed called after each change of parameters or state
   */
  PyTorchOptimizer(
      UpdateRule rule,
      ParameterTable<NDArray> parameters,
      Function<String, PyTorchTrace> tracer,
      Runnable changed,
      NDManager manager,
      Lifecycle lifecycle) {
    this.rule = rule;
    this.parameters = parameters;
    this.tracer = tracer;
    this.changed = changed;
    this.manager = manager;
    this.lifecycle = lifecycle;
    this.state =
        new OptimizerState<>(rule, parameters, lifecycle, new PyTorchParameters(manager, changed));
  }

  @Override
  public Lifecycle lifecycle() {
    return lifecycle;
  }

  @Override
  public void apply(GradientBuffer gradients, Map<String, Double> numbers) {
    PyTorchGradients buffer = lifecycle.own(PyTorchGradients.class, gradients, "gradient buffer");
    lifecycle.exclusive(() -> buffer.visit(byName -> apply(byName, numbers)));
  }

  private void apply(Map<String, NDArray> gradients, Map<String, Double> numbers) {
    if (gradients.isEmpty()) {
      return;
    }
    List<String> updated = List.copyOf(gradients.keySet());
    ScriptModule module =
        modules.computeIfAbsent(updated, key -> ScriptModule.compile(manager, method(key)));
    try (NDManager pass = manager.newSubManager()) {
      List<List<NDArray>> arguments = new ArrayList<>();
      arguments.add(updated.stream().map(parameters::tensor).toList());
      arguments.add(List.copyOf(gradients.values()));
      addOwn(arguments, pass, updated, UpdateComputation.ordered(rule, numbers));
      module.infer(pass, arguments);
      changed.run();
    }
  }

  private String method(List<String> updated) {
    StringBuilder text =
        new StringBuilder("  def forward(self: __torch__.M, W: List[Tensor], G: List[Tensor]")
            .append(declared())
            .append(") -> List[Tensor]:\n");
    for (int i = 0; i < updated.size(); i++) {
      text.append(lines(updated.get(i), "W[" + i + "]", "G[" + i + "]", i, 0));
    }
    return text.append("    return annotate(List[Tensor], [])\n").toString();
  }

  /** Returns the end of a method's list of arguments, which {@link #addOwn} supplies. */
  String declared() {
    return rule.state().isEmpty() ? ", N: List[Tensor]" : ", S: List[Tensor], N: List[Tensor]";
  }

  /** Adds state and numbers, of which there is at least one, to the arguments. */
  void addOwn(
      List<List<NDArray>> arguments, NDManager pass, List<String> updated, List<Double> numbers) {
    List<NDArray> kept = new ArrayList<>();
    updated.forEach(
        parameter -> rule.state().forEach(name -> kept.add(state.require(parameter, name))));
    if (!kept.isEmpty()) {
      arguments.add(kept);
    }
    List<NDArray> scalars = new ArrayList<>();
    numbers.forEach(x -> scalars.add(HostTensors.toDevice(pass, HostTensor.of(new double[] {x}))));
    if (scalars.isEmpty()) { // an empty list has no type
      scalars.add(HostTensors.toDevice(pass, HostTensor.of(new double[1])));
    }
    arguments.add(scalars);
  }

  /** Returns the rule's hyperparameters for a step, in order. */
  List<Double> ordered(Map<String, Double> numbers) {
    return UpdateComputation.ordered(rule, numbers);
  }

  /**
   * Returns the lines that update one parameter.
   *
   * @param value the expression of its value
   * @param gradient the expression of its gradient
   * @param index its index among those updated
   * @param firstNumber the index in {@code N} of the rule's first hyperparameter
   */
  String lines(String parameter, String value, String gradient, int index, int firstNumber) {
    StringBuilder text = new StringBuilder();
    bind(text, UpdateComputation.VALUE, value);
    bind(text, UpdateComputation.GRADIENT, gradient);
    int states = rule.state().size();
    for (int i = 0; i < states; i++) {
      bind(text, UpdateComputation.state(rule.state().get(i)), "S[" + (index * states + i) + "]");
    }
    for (int i = 0; i < rule.hyperparameters().size(); i++) {
      bind(
          text,
          UpdateComputation.hyperparameter(rule.hyperparameters().get(i)),
          "N[" + (firstNumber + i) + "]");
    }
    rule.kernel(parameter)
        .ifPresentOrElse(adam -> fused(text, adam, index), () -> composed(text, parameter));
    return text.toString();
  }

  private void composed(StringBuilder text, String parameter) {
    PyTorchTrace trace = tracer.apply(parameter);
    text.append(trace.lines());
    trace.outputs().forEach((name, result) -> assign(text, "x_" + name, result));
  }

  /**
   * Updates in place, without the kernel's own bias correction.
   *
   * @param index makes this step's names unique
   */
  private static void fused(StringBuilder text, AdamKernel adam, int index) {
    String rate = "x_" + UpdateComputation.hyperparameter(adam.stepSize());
    String decay =
        adam.decay()
            .map(
                share ->
                    "float(x_%1$s) / a%2$d_rate if a%2$d_rate != 0. else 0."
                        .formatted(UpdateComputation.hyperparameter(share), index))
            .orElse("0.");
    // The kernel corrects bias by the step's number; ever after, there is none left to correct. And
    // it decays by the product of rate and weight decay.
    //
    // TorchScript takes a call that changes the content of a list for dead code unless the list is
    // looked at afterwards; to copy a tensor to itself does nothing.
    text.append(
        """
            a%1$d_rate = float(%2$s)
            a%1$d_step = torch.new_full(x_%4$s, annotate(List[int], []), %3$s)
            a%1$d_value = [x_%4$s]
            a%1$d_mean = [x_%5$s]
            a%1$d_variance = [x_%6$s]
            torch._fused_adamw_(a%1$d_value, [x_%7$s], a%1$d_mean, a%1$d_variance, annotate(List[Tensor], []), [a%1$d_step], lr=a%1$d_rate, beta1=%8$s, beta2=%9$s, weight_decay=%10$s, eps=float(x_%11$s), amsgrad=False, maximize=False)
            torch.copy_(x_%4$s, a%1$d_value[0])
            torch.copy_(x_%5$s, a%1$d_mean[0])
            torch.copy_(x_%6$s, a%1$d_variance[0])
        """
            .formatted(
                index,
                rate,
                FOREVER,
                UpdateComputation.VALUE,
                UpdateComputation.state(adam.mean()),
                UpdateComputation.state(adam.variance()),
                UpdateComputation.GRADIENT,
                adam.beta1(),
                adam.beta2(),
                decay,
                UpdateComputation.hyperparameter(adam.epsilon())));
  }

  private static void bind(StringBuilder text, String name, String value) {
    text.append("    x_%s = %s\n".formatted(name, value));
  }

  private static void assign(StringBuilder text, String target, String result) {
    if (!result.equals(target)) {
      text.append("    torch.copy_(%s, %s)\n".formatted(target, result));
    }
  }

  @Override
  public SortedSet<String> names() {
    return state.names();
  }

  @Override
  public HostTensor get(String name) {
    return state.get(name);
  }

  @Override
  public void set(String name, HostTensor value) {
    state.set(name, value);
  }

  @Override
  public void close() {
    lifecycle.close(
        () -> {
          modules.values().forEach(ScriptModule::close);
          state.tensors().forEach(NDArray::close);
        });
  }
}
