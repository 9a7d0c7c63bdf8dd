package org.simcse.api.spi;

import org.simcse.api.engine.Exporter;

/**
 * Creates an exporter; its name is that of the format, such as {@code onnx}.
 *
 * @since 0.1.0
 */
public interface ExporterProvider extends Provider {
  /**
   * Creates an exporter.
   *
   * @throws org.simcse.api.error.InvalidInputException if an option is invalid
   */
  Exporter create(Options options);
}
