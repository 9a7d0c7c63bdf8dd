/**
 * Model directories and the weights in them: safetensors, PyTorch's own files and BERT-shaped ONNX.
 */
@NullMarked
package org.simcse.core.checkpoint;

import org.jspecify.annotations.NullMarked;
