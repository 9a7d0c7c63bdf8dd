package org.simcse.djl;

import org.simcse.api.engine.Exporter;
import org.simcse.api.spi.ExporterProvider;
import org.simcse.api.spi.Options;

/** Provides the exporter {@code torchscript}. */
public final class TorchScriptExporterProvider implements ExporterProvider {
  @Override
  public String name() {
    return "torchscript";
  }

  @Override
  public String description() {
    return "one TorchScript module for torch.jit.load, from token ids to vectors";
  }

  @Override
  public Exporter create(Options options) {
    return new TorchScriptExporter();
  }
}
