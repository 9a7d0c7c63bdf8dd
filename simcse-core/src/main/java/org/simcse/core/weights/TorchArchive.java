package org.simcse.core.weights;

import java.nio.ByteBuffer;
import org.simcse.core.weights.TorchTensor.Storage;

/** What {@code torch.save} wrote: an object, and the storages that it refers to. */
interface TorchArchive {
  /** No dictionary is larger: that of a model with a thousand tensors has a tenth of a MiB. */
  int LARGEST_PICKLE = 8 << 20;

  /** The file's name for messages. */
  String source();

  /** What was saved: maps, lists, texts, numbers and {@link TorchTensor}s. */
  Object object();

  /** Some bytes of a storage, counted from its start. */
  ByteBuffer read(Storage storage, long from, long length);

  /** Closes the file. */
  void close();
}
