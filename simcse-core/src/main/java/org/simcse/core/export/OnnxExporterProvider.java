package org.simcse.core.export;

import java.util.List;
import org.simcse.api.engine.Exporter;
import org.simcse.api.spi.ExporterProvider;
import org.simcse.api.spi.Options;

/** Provides the exporter {@code onnx}. */
public final class OnnxExporterProvider implements ExporterProvider {
  private static final String INT8 = "int8";

  @Override
  public String name() {
    return "onnx";
  }

  @Override
  public String description() {
    return "one ONNX graph, from token ids to vectors; quantize=int8 stores weights in 8 bits";
  }

  @Override
  public Exporter create(Options options) {
    return new OnnxExporter(
        options.choice("quantize", "none", List.of("none", INT8)).equals(INT8),
        OnnxExporter.LARGEST_FILE);
  }
}
