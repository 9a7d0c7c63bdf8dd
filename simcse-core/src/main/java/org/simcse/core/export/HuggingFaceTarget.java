package org.simcse.core.export;

import java.nio.file.Path;
import java.util.List;
import org.simcse.api.error.InvalidInputException;
import org.simcse.core.builtin.SimCseHead;
import org.simcse.core.modeldir.ModuleFormat;
import org.simcse.core.weights.WeightsFormat;

/**
 * An encoder as transformers' {@code AutoModel} opens it; an MLP that follows the first token
 * becomes its pooler, so that {@code pooler_output} is the model's vector. What transformers leaves
 * to its users, such as the pooling, is recorded in {@code simcse.json}.
 *
 * @param weights the format of the weights
 */
public record HuggingFaceTarget(WeightsFormat weights) implements ExportTarget {
  @Override
  public void write(SourceModel model, Path folder) {
    requireEncoderAndPooler(model);
    if (model.spec().directory().tokenizer().lowerCase()) {
      throw new InvalidInputException(
          "%s lowercases texts before its tokenizer, for which Hugging Face's format has no place. Convert to sentence-transformers or simcse."
              .formatted(model.spec().directory().source()));
    }
    model.write(
        model.huggingFaceWriter(ModuleFormat.NONE, weights), model.huggingFaceTensors(), folder);
  }

  private static void requireEncoderAndPooler(SourceModel model) {
    String prefix = model.spec().encoder().parameterPrefix();
    List<String> others =
        model.used().keySet().stream()
            .filter(name -> !name.startsWith(prefix))
            .filter(name -> !(model.mlpIsPooler() && name.startsWith(SimCseHead.MLP + ".")))
            .toList();
    if (!others.isEmpty()) {
      throw new InvalidInputException(
          "The vectors of %s need %s behind the pooler %s, but Hugging Face's format holds an encoder and at most an MLP of its first token. Convert to sentence-transformers or simcse."
              .formatted(
                  model.spec().directory().source(),
                  String.join(", ", others),
                  model.spec().poolerName()));
    }
  }
}
