/** Tensor files: safetensors, PyTorch, ONNX, and shards of them. */
@NullMarked
package org.simcse.core.weights;

import org.jspecify.annotations.NullMarked;
