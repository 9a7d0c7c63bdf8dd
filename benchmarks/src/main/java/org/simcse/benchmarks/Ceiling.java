package org.simcse.benchmarks;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.simcse.api.engine.Backend;
import org.simcse.api.engine.BackendConfig;
import org.simcse.api.engine.Computation;
import org.simcse.api.engine.DeviceKind;
import org.simcse.api.engine.Program;
import org.simcse.api.engine.Signature;
import org.simcse.api.spi.Providers;
import org.simcse.api.tensor.Dim;
import org.simcse.api.tensor.ForwardPass;
import org.simcse.api.tensor.HostTensor;
import org.simcse.api.tensor.Initializer;
import org.simcse.api.tensor.Shape;
import org.simcse.api.tensor.Tensor;

/**
 * The rate at which an engine computes the model's own matrix products and nothing else: no
 * normalisation, softmax, activation or lookup.
 *
 * <p>The products are chained, so that each is needed for the result, and so many to a run that
 * moving its input and output does not count.
 */
final class Ceiling implements AutoCloseable {
  /** Forward passes' worth of products in a run. */
  private static final int PASSES = 3;

  /** Of attention's products, which are few. */
  private static final int ATTENTION_PASSES = 20;

  private static final int REPETITIONS = 3;
  private static final int HEAD = MiniLm.HIDDEN / MiniLm.HEADS;

  private final Backend backend;
  private final int texts;
  private final int length;

  /**
   * Starts an engine.
   *
   * @param tokens the size of a batch
   * @param length the tokens of each of its texts
   */
  Ceiling(String name, int tokens, int length) {
    BackendConfig config =
        BackendConfig.defaults().withThreads(Throughput.THREADS).withDevice(DeviceKind.CPU);
    this.backend = Providers.backends(List.of()).get(name).create(config);
    this.texts = Math.max(1, tokens / length);
    this.length = length;
  }

  /**
   * Operations a second, FLOP-weighted over the products; the faster of {@code linear} and {@code
   * matmul} where the engine has two ways.
   */
  double rate() {
    Signature tokens =
        Signature.of(Signature.Input.floats("x", Dim.symbol("N"), dim(MiniLm.HIDDEN)));
    HostTensor states = filled(1, (long) texts * length, MiniLm.HIDDEN);
    double linear =
        Math.min(
                seconds(backend.compile(new LinearLayers(), tokens), states),
                seconds(backend.compile(new Products(), tokens), states))
            / PASSES;
    Signature heads =
        Signature.of(
            Signature.Input.floats(
                "x", Dim.symbol("B"), dim(MiniLm.HEADS), Dim.symbol("T"), dim(HEAD)));
    // The value that two products of such tensors leave as it is.
    float fixed = (float) Math.pow((double) HEAD * length, -0.25);
    HostTensor split = filled((float) Math.sqrt(fixed), texts, MiniLm.HEADS, length, HEAD);
    double attention = seconds(backend.compile(new Attention(), heads), split) / ATTENTION_PASSES;
    double operations = MiniLm.linear((long) texts * length) + texts * MiniLm.attention(length);
    return operations / (linear + attention);
  }

  private static double seconds(Program program, HostTensor x) {
    program.run(Map.of("x", x));
    double best = Double.MAX_VALUE;
    for (int i = 0; i < REPETITIONS; i++) {
      long start = System.nanoTime();
      program.run(Map.of("x", x));
      best = Math.min(best, (System.nanoTime() - start) / 1e9);
    }
    return best;
  }

  private static HostTensor filled(float value, long... shape) {
    float[] data = new float[Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact))];
    Arrays.fill(data, value);
    return HostTensor.of(data, shape);
  }

  private static Dim dim(long size) {
    return Dim.of(size);
  }

  /** The one row that is worth moving back. */
  private static Map<String, Tensor> firstRow(Tensor x) {
    return Map.of("y", x.slice(0, dim(0), dim(1)));
  }

  @Override
  public void close() {
    backend.close();
  }

  /** The linear layers of the encoder in a chain, with their biases. */
  private record LinearLayers() implements Computation {
    @Override
    public Map<String, Tensor> trace(ForwardPass pass, Map<String, Tensor> inputs) {
      Tensor x = Objects.requireNonNull(inputs.get("x")); // [N, H]
      for (int i = 0; i < PASSES * MiniLm.LAYERS; i++) {
        ForwardPass layer = pass.in("linear" + i % MiniLm.LAYERS + ".");
        for (String name : List.of("query", "key", "value", "output")) {
          x = layer.linear(x, name, MiniLm.HIDDEN);
        }
        x = layer.linear(x, "up", MiniLm.INTERMEDIATE);
        x = layer.linear(x, "down", MiniLm.HIDDEN);
      }
      return firstRow(x);
    }
  }

  /** The same as plain products. */
  private record Products() implements Computation {
    @Override
    public Map<String, Tensor> trace(ForwardPass pass, Map<String, Tensor> inputs) {
      Tensor x = Objects.requireNonNull(inputs.get("x")); // [N, H]
      for (int i = 0; i < PASSES * MiniLm.LAYERS; i++) {
        ForwardPass layer = pass.in("product" + i % MiniLm.LAYERS + ".");
        for (String name : List.of("query", "key", "value", "output")) {
          x = x.matmul(weight(layer, name, MiniLm.HIDDEN, MiniLm.HIDDEN));
        }
        x = x.matmul(weight(layer, "up", MiniLm.HIDDEN, MiniLm.INTERMEDIATE));
        x = x.matmul(weight(layer, "down", MiniLm.INTERMEDIATE, MiniLm.HIDDEN));
      }
      return firstRow(x);
    }

    private static Tensor weight(ForwardPass layer, String name, int in, int out) {
      return layer.parameter(name, Shape.of(in, out), Initializer.normal(0.05f));
    }
  }

  /** Scores and context of every layer in a chain. */
  private record Attention() implements Computation {
    @Override
    public Map<String, Tensor> trace(ForwardPass pass, Map<String, Tensor> inputs) {
      Tensor heads = Objects.requireNonNull(inputs.get("x")); // [B, A, T, H/A]
      Tensor x = heads;
      for (int i = 0; i < ATTENTION_PASSES * MiniLm.LAYERS; i++) {
        x = x.matmul(heads, false, true).matmul(heads);
      }
      return firstRow(x);
    }
  }
}
