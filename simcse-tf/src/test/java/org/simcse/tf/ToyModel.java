package org.simcse.tf;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.simcse.api.engine.Computation;
import org.simcse.api.engine.Signature;
import org.simcse.api.tensor.Dim;
import org.simcse.api.tensor.ElementType;
import org.simcse.api.tensor.ForwardPass;
import org.simcse.api.tensor.HostTensor;
import org.simcse.api.tensor.Initializer;
import org.simcse.api.tensor.Shape;
import org.simcse.api.tensor.Tensor;

/** One transformer layer and a classifier: ids [B, T], shift [B, T, 8], labels [B] to a loss. */
final class ToyModel implements Computation {
  static final int WIDTH = 8;
  static final int HEADS = 2;
  static final int CLASSES = 3;
  static final int WORDS = 11;
  static final Dim B = Dim.symbol("B");
  static final Dim T = Dim.symbol("T");
  static final Signature INFERENCE =
      Signature.of(
          Signature.Input.ints("ids", B, T),
          Signature.Input.floats("shift", B, T, Dim.of(WIDTH)).withGradient(),
          Signature.Input.ints("labels", B));
  static final Signature DIFFERENTIATED = INFERENCE.differentiating("loss");

  private final double dropout;
  private final AtomicInteger traces = new AtomicInteger();

  ToyModel(double dropout) {
    this.dropout = dropout;
  }

  int traces() {
    return traces.get();
  }

  @Override
  public Map<String, Tensor> trace(ForwardPass pass, Map<String, Tensor> inputs) {
    traces.incrementAndGet();
    Tensor table =
        pass.parameter("table", Shape.of(WORDS, WIDTH), Initializer.normal(0.5f)); // [V, H]
    Tensor x = table.take(named(inputs, "ids")).add(named(inputs, "shift")); // [B, T, H]
    ForwardPass layer = pass.in("layer.");
    Tensor mask = named(inputs, "ids").cast(ElementType.FLOAT).mul(0.01); // [B, T]
    Tensor context =
        layer
            .attention(
                heads(linear(layer, x, "query", WIDTH)),
                heads(linear(layer, x, "key", WIDTH)),
                heads(linear(layer, x, "value", WIDTH)),
                mask.unsqueeze(1).unsqueeze(1),
                dropout)
            .transpose(0, 2, 1, 3)
            .reshape(x.shape());
    Tensor hidden = layer.layerNorm(x.add(context), "norm", 1e-5);
    Tensor wide = layer.dropout(linear(layer, hidden, "up", 4 * WIDTH).gelu(), dropout);
    Tensor rows = linear(layer, wide, "down", WIDTH).mean(1).normalize(1, 1e-8); // [B, H]
    Tensor logits = linear(pass, rows, "classes", CLASSES); // [B, C]
    return Map.of("logits", logits, "loss", logits.crossEntropy(named(inputs, "labels")).mean());
  }

  /** With weights so large that a difference quotient is well above the rounding. */
  private static Tensor linear(ForwardPass pass, Tensor x, String name, int out) {
    return x.linear(
        pass.parameter(
            name + ".weight", Shape.of(Dim.of(out), x.dim(-1)), Initializer.normal(0.4f)),
        pass.parameter(name + ".bias", Shape.of(out), Initializer.normal(0.1f)));
  }

  /** [B, T, H] to [B, A, T, H/A]. */
  private static Tensor heads(Tensor x) {
    return x.reshape(x.dim(0), x.dim(1), Dim.of(HEADS), Dim.of(WIDTH / HEADS))
        .transpose(0, 2, 1, 3);
  }

  static <T> T named(Map<String, T> things, String name) {
    return requireNonNull(things.get(name));
  }

  static Map<String, HostTensor> batch(int rows, int length) {
    long[] ids = new long[rows * length];
    float[] shift = new float[ids.length * WIDTH];
    long[] labels = new long[rows];
    for (int i = 0; i < shift.length; i++) {
      ids[i / WIDTH] = i / WIDTH * 7L % WORDS;
      shift[i] = (i * 31 % 17 - 8) / 20f;
    }
    for (int i = 0; i < rows; i++) {
      labels[i] = i % CLASSES;
    }
    return Map.of(
        "ids", HostTensor.of(ids, rows, length),
        "shift", HostTensor.of(shift, rows, length, WIDTH),
        "labels", HostTensor.of(labels, rows));
  }
}
