package org.simcse.core.weights;

import java.nio.ByteBuffer;
import org.simcse.core.weights.TorchTensor.Storage;

/** The output of {@code torch.save}: an object, and the storages that it refers to. */
interface TorchArchive {
  /** An upper bound for a pickle: that of a model with a thousand tensors has a tenth of a MiB. */
  int LARGEST_PICKLE = 8 << 20;

  /** Returns the file's name for messages. */
  String source();

  /** Returns the saved object: maps, lists, texts, numbers and {@link TorchTensor}s. */
  Object object();

  /** Returns some bytes of a storage, counted from its start. */
  ByteBuffer read(Storage storage, long from, long length);

  /** Closes the file. */
  void close();
}
