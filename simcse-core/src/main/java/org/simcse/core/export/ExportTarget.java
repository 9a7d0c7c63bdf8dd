package org.simcse.core.export;

import java.nio.file.Path;
import org.simcse.api.error.InvalidInputException;
import org.simcse.core.io.AtomicDirectory;

/** A format that a model can be exported to; one class per format. */
public interface ExportTarget {
  /**
   * Writes a model into an empty directory.
   *
   * @throws InvalidInputException if the format cannot express the model, with the reason
   * @throws org.simcse.api.error.SimCseException if a file cannot be written
   */
  void write(SourceModel model, Path folder);

  /**
   * Writes a model to a new directory, which appears whole or not at all.
   *
   * @throws InvalidInputException if there is something at the path, or the format cannot express
   *     the model
   */
  static void export(SourceModel model, ExportTarget target, Path directory) {
    AtomicDirectory.create(directory, folder -> target.write(model, folder));
  }
}
