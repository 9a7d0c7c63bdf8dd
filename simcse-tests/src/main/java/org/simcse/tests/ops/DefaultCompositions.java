package org.simcse.tests.ops;

import java.util.List;
import org.simcse.api.tensor.Dim;
import org.simcse.api.tensor.ElementType;
import org.simcse.api.tensor.Shape;
import org.simcse.api.tensor.TensorOps;

/**
 * A backend's primitives with the interface's default compositions, with which the backend's fused
 * kernels are compared.
 *
 * @param <H> the engine's handle
 * @since 0.1.0
 */
public class DefaultCompositions<H> implements TensorOps<H> {
  private final TensorOps<H> ops;

  /** Creates compositions of the given primitives. */
  public DefaultCompositions(TensorOps<H> ops) {
    this.ops = ops;
  }

  /** Returns the operations that this one delegates to. */
  protected final TensorOps<H> inner() {
    return ops;
  }

  @Override
  public H constant(double value) {
    return inner().constant(value);
  }

  @Override
  public H size(Dim dim) {
    return inner().size(dim);
  }

  @Override
  public H iota(Dim n) {
    return inner().iota(n);
  }

  @Override
  public H neg(H x) {
    return inner().neg(x);
  }

  @Override
  public H exp(H x) {
    return inner().exp(x);
  }

  @Override
  public H log(H x) {
    return inner().log(x);
  }

  @Override
  public H sqrt(H x) {
    return inner().sqrt(x);
  }

  @Override
  public H tanh(H x) {
    return inner().tanh(x);
  }

  @Override
  public H erf(H x) {
    return inner().erf(x);
  }

  @Override
  public H add(H a, H b) {
    return inner().add(a, b);
  }

  @Override
  public H sub(H a, H b) {
    return inner().sub(a, b);
  }

  @Override
  public H mul(H a, H b) {
    return inner().mul(a, b);
  }

  @Override
  public H div(H a, H b) {
    return inner().div(a, b);
  }

  @Override
  public H maximum(H a, H b) {
    return inner().maximum(a, b);
  }

  @Override
  public H greater(H a, H b) {
    return inner().greater(a, b);
  }

  @Override
  public H equal(H a, H b) {
    return inner().equal(a, b);
  }

  @Override
  public H where(H condition, H a, H b) {
    return inner().where(condition, a, b);
  }

  @Override
  public H matmul(H a, H b, boolean transposeA, boolean transposeB) {
    return inner().matmul(a, b, transposeA, transposeB);
  }

  @Override
  public H sum(H x, List<Integer> axes, boolean keepDims) {
    return inner().sum(x, axes, keepDims);
  }

  @Override
  public H max(H x, int axis, boolean keepDims) {
    return inner().max(x, axis, keepDims);
  }

  @Override
  public H reshape(H x, Shape shape) {
    return inner().reshape(x, shape);
  }

  @Override
  public H transpose(H x, List<Integer> permutation) {
    return inner().transpose(x, permutation);
  }

  @Override
  public H concat(List<H> parts, int axis) {
    return inner().concat(parts, axis);
  }

  @Override
  public H slice(H x, int axis, Dim start, Dim length) {
    return inner().slice(x, axis, start, length);
  }

  @Override
  public H broadcastTo(H x, Shape shape) {
    return inner().broadcastTo(x, shape);
  }

  @Override
  public H take(H table, H rows) {
    return inner().take(table, rows);
  }

  @Override
  public H oneHot(H ids, Dim depth) {
    return inner().oneHot(ids, depth);
  }

  @Override
  public H cast(H x, ElementType type) {
    return inner().cast(x, type);
  }

  @Override
  public H stopGradient(H x) {
    return inner().stopGradient(x);
  }

  @Override
  public H uniform(H seed, int site, List<H> keys, Shape shape) {
    return inner().uniform(seed, site, keys, shape);
  }
}
