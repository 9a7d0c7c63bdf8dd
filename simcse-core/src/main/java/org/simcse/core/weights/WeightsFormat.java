package org.simcse.core.weights;

import java.nio.file.Path;
import java.util.Collection;

/** The format of a model's weights in a directory. */
public enum WeightsFormat {
  /** {@code model.safetensors}. */
  SAFETENSORS("model.safetensors") {
    @Override
    void writeTo(Path file, Collection<NamedTensor> tensors) {
      SafetensorsWriter.write(file, tensors);
    }
  },
  /** {@code pytorch_model.bin}, as {@code torch.save} writes it. */
  BIN("pytorch_model.bin") {
    @Override
    void writeTo(Path file, Collection<NamedTensor> tensors) {
      TorchWriter.write(file, tensors);
    }
  };

  private final String fileName;

  WeightsFormat(String fileName) {
    this.fileName = fileName;
  }

  abstract void writeTo(Path file, Collection<NamedTensor> tensors);

  /**
   * Writes the file of this format.
   *
   * @param folder an existing folder
   * @throws org.simcse.api.error.SimCseException if it cannot be written
   */
  public void write(Path folder, Collection<NamedTensor> tensors) {
    writeTo(folder.resolve(fileName), tensors);
  }
}
