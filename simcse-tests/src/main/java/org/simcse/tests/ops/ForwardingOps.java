package org.simcse.tests.ops;

import java.util.List;
import org.simcse.api.tensor.Attention;
import org.simcse.api.tensor.Dim;
import org.simcse.api.tensor.Dropout;
import org.simcse.api.tensor.Shape;
import org.simcse.api.tensor.TensorOps;

/**
 * Forwards every operation, fused ones included; a base for decorators that change a few.
 *
 * @param <H> the engine's handle
 * @since 0.1.0
 */
public class ForwardingOps<H> extends DefaultCompositions<H> {
  /** Creates operations that forward to the given ones. */
  public ForwardingOps(TensorOps<H> ops) {
    super(ops);
  }

  @Override
  public H softmax(H x, int axis) {
    return inner().softmax(x, axis);
  }

  @Override
  public H logSoftmax(H x, int axis) {
    return inner().logSoftmax(x, axis);
  }

  @Override
  public H mean(H x, List<Integer> axes, boolean keepDims, Dim count) {
    return inner().mean(x, axes, keepDims, count);
  }

  @Override
  public H layerNorm(H x, int lastAxis, Dim width, H weight, H bias, double eps) {
    return inner().layerNorm(x, lastAxis, width, weight, bias, eps);
  }

  @Override
  public H gelu(H x) {
    return inner().gelu(x);
  }

  @Override
  public H linear(H x, H weight, H bias, Shape result) {
    return inner().linear(x, weight, bias, result);
  }

  @Override
  public H attention(Attention<H> operands) {
    return inner().attention(operands);
  }

  @Override
  public H dropout(H x, Shape shape, Dropout<H> dropout) {
    return inner().dropout(x, shape, dropout);
  }

  @Override
  public H crossEntropy(H logits, H labels, Dim classes) {
    return inner().crossEntropy(logits, labels, classes);
  }

  @Override
  public H normalize(H x, int axis, double eps) {
    return inner().normalize(x, axis, eps);
  }
}
