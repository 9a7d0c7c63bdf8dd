package org.simcse.core.export;

import java.nio.file.Path;
import org.simcse.core.builtin.SimCseHead;
import org.simcse.core.modeldir.ModuleFormat;
import org.simcse.core.weights.WeightsFormat;

/**
 * The form in which training saves models: SimCSE's names, {@code simcse.json}, and the files of
 * sentence-transformers as far as it has the pooler.
 *
 * @param weights the format of the weights
 */
public record SimCseTarget(WeightsFormat weights) implements ExportTarget {
  @Override
  public void write(SourceModel model, Path folder) {
    model.write(
        model.spec().writer(model.metadata(), SimCseHead.MLP, ModuleFormat.LEGACY, weights),
        model.tensors().values(),
        folder);
  }
}
