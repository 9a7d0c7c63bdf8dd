package org.simcse.core.model;

import java.util.List;
import org.simcse.api.tensor.Dim;
import org.simcse.api.tensor.ForwardPass;
import org.simcse.api.tensor.Initializer;
import org.simcse.api.tensor.Shape;
import org.simcse.api.tensor.Tensor;
import org.simcse.core.modeldir.SentenceModule;

/** The row-wise computation after the pooler: {@code [B, D]} to {@code [B, P]}. */
@FunctionalInterface
public interface Projection {
  /** The lower bound of the norm that a vector is divided by. */
  double EPS = 1e-12;

  /** Adds the projection to the program. */
  Tensor apply(ForwardPass pass, Tensor pooled);

  /** Returns the composition of projections; the identity if there are none. */
  static Projection chain(List<? extends Projection> projections) {
    return new Chain(List.copyOf(projections));
  }

  /** Returns SimCSE's MLP, {@code tanh(W x + b)}, with output size equal to input size. */
  static Projection mlp(String name) {
    return new Mlp(name);
  }

  /** Returns a module of a model directory; its parameter names start with its path and a dot. */
  static Projection of(SentenceModule module) {
    return new Module(module);
  }

  /** See {@link #chain}. */
  record Chain(List<Projection> projections) implements Projection {
    @Override
    public Tensor apply(ForwardPass pass, Tensor pooled) {
      Tensor x = pooled;
      for (Projection projection : projections) {
        x = projection.apply(pass, x);
      }
      return x;
    }
  }

  /** See {@link #mlp}. */
  record Mlp(String name) implements Projection {
    @Override
    public Tensor apply(ForwardPass pass, Tensor pooled) {
      return pass.linear(pooled, name, Math.toIntExact(pooled.dim(1).size())).tanh();
    }
  }

  /** See {@link #of}. */
  record Module(SentenceModule module) implements Projection {
    private static final double LAYER_NORM_EPS = 1e-5; // torch.nn.LayerNorm's
    private static final float INITIALIZER_RANGE = 0.02f;

    @Override
    public Tensor apply(ForwardPass pass, Tensor x) {
      ForwardPass own = pass.in(module.path() + ".");
      if (module instanceof SentenceModule.Dense dense) {
        Tensor projected = activated(dense.activation(), linear(own, dense, x));
        return dense.residual() ? projected.add(residual(own, dense, x)) : projected;
      }
      return module instanceof SentenceModule.LayerNorm
          ? own.layerNorm(x, "norm", LAYER_NORM_EPS)
          : x.normalize(-1, EPS);
    }

    private static Tensor linear(ForwardPass own, SentenceModule.Dense dense, Tensor x) {
      return dense.bias()
          ? own.linear(x, "linear", dense.outFeatures())
          : withoutBias(own, "linear", dense, x);
    }

    private static Tensor residual(ForwardPass own, SentenceModule.Dense dense, Tensor x) {
      return dense.inFeatures() == dense.outFeatures() ? x : withoutBias(own, "residual", dense, x);
    }

    private static Tensor withoutBias(
        ForwardPass own, String name, SentenceModule.Dense dense, Tensor x) {
      Tensor weight =
          own.parameter(
              name + ".weight",
              Shape.of(Dim.of(dense.outFeatures()), x.dim(-1)),
              Initializer.normal(INITIALIZER_RANGE));
      return x.matmul(weight, false, true);
    }

    private static Tensor activated(SentenceModule.Activation activation, Tensor x) {
      return switch (activation) {
        case IDENTITY -> x;
        case TANH -> x.tanh();
        case GELU -> x.gelu();
        case RELU -> x.maximum(0);
        case SIGMOID -> x.mul(0.5).tanh().add(1).mul(0.5); // sigmoid(x) = (tanh(x/2) + 1) / 2
      };
    }
  }
}
