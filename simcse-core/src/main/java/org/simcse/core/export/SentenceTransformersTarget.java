package org.simcse.core.export;

import java.nio.file.Path;
import org.simcse.api.error.InvalidInputException;
import org.simcse.core.modeldir.ModelWriter;
import org.simcse.core.modeldir.ModuleFormat;
import org.simcse.core.weights.WeightsFormat;

/**
 * A directory of sentence-transformers, whose {@code encode} gives the model's vectors: a
 * Transformer, a Pooling, the modules behind it, the MLP as a Dense, and a Normalize.
 *
 * @param weights the format of the weights
 * @param legacy whether for releases before 5.4
 */
public record SentenceTransformersTarget(WeightsFormat weights, boolean legacy)
    implements ExportTarget {
  @Override
  public void write(SourceModel model, Path folder) {
    ModelWriter writer =
        model.huggingFaceWriter(legacy ? ModuleFormat.LEGACY : ModuleFormat.CURRENT, weights);
    writer
        .lossInSentenceTransformers()
        .ifPresent(
            loss -> {
              throw new InvalidInputException(
                  model.spec().directory().source() + " cannot be converted: " + loss);
            });
    model.write(writer, model.huggingFaceTensors(), folder);
  }
}
