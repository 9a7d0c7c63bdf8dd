package org.simcse.core.export;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.simcse.api.engine.Computation;
import org.simcse.api.engine.Exporter;
import org.simcse.api.engine.Signature;
import org.simcse.api.error.InvalidInputException;
import org.simcse.api.tensor.Dim;
import org.simcse.api.tensor.ForwardPass;
import org.simcse.api.tensor.Tensor;
import org.simcse.core.builtin.SimCseHead;
import org.simcse.core.io.Json;
import org.simcse.core.model.ModelSpec;
import org.simcse.core.model.SentenceModel;
import org.simcse.core.modeldir.ModuleFormat;
import org.simcse.core.modeldir.Prompts;
import org.simcse.core.weights.WeightsFormat;

/**
 * A model as one program, from token ids to sentence vectors: encoder, pooler, projections and
 * normalization, with {@code config.json} and the tokenizer beside it. Inputs and output have the
 * names that Python's tokenizers and exporters use.
 *
 * @param exporter writes the program
 */
public record ProgramTarget(Exporter exporter) implements ExportTarget {
  /** The output, {@code [batch_size, D]}. */
  private static final String OUTPUT = "sentence_embedding";

  /** The inputs, and their names in {@link SentenceModel#signature}. */
  private static final Map<String, String> INPUTS =
      Map.of(
          "input_ids", "ids",
          "attention_mask", "mask",
          "token_type_ids", "types",
          "prompt_length", SentenceModel.PROMPT);

  @Override
  public void write(SourceModel model, Path folder) {
    ModelSpec spec = model.spec();
    requireUnchangedTokens(spec);
    exporter.write(
        new Exporter.Job(
            new Program(model.computation()),
            signature(prompts(spec)),
            name -> Objects.requireNonNull(model.tensors().get(name)).read(),
            properties(model)),
        folder);
    spec.writer(model.metadata(), SimCseHead.MLP, ModuleFormat.NONE, WeightsFormat.SAFETENSORS)
        .writeTokenizer(folder);
  }

  private static Prompts prompts(ModelSpec spec) {
    return spec.directory().metadata().prompts();
  }

  private static void requireUnchangedTokens(ModelSpec spec) {
    if (ModelSpec.changesTokens(spec.pooler())) {
      throw new InvalidInputException(
          "The pooler %s changes the tokens of a text before they are encoded, and a program begins behind that. Convert to simcse."
              .formatted(spec.poolerName()));
    }
    if (spec.directory().tokenizer().lowerCase()) {
      throw new InvalidInputException(
          "%s lowercases texts before its tokenizer, which a program does not contain. Convert to sentence-transformers or simcse."
              .formatted(spec.directory().source()));
    }
  }

  /**
   * Returns the inputs, {@code [batch_size, sequence_length]} each; and {@code prompt_length [1]}
   * if the model's prompts are not pooled.
   */
  private static Signature signature(Prompts prompts) {
    Dim rows = Dim.symbol("batch_size");
    Dim length = Dim.symbol("sequence_length");
    List<Signature.Input> inputs =
        new ArrayList<>(
            List.of(
                Signature.Input.ints("input_ids", rows, length),
                Signature.Input.ints("attention_mask", rows, length),
                Signature.Input.ints("token_type_ids", rows, length)));
    if (!prompts.pooled()) {
      inputs.add(Signature.Input.ints("prompt_length", Dim.of(1)));
    }
    return Signature.of(inputs.toArray(Signature.Input[]::new));
  }

  private static Map<String, String> properties(SourceModel model) {
    ModelSpec spec = model.spec();
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put("source", spec.directory().source());
    properties.put("pooling", spec.poolerName());
    properties.put("normalize", String.valueOf(spec.normalize()));
    properties.put("dimension", String.valueOf(model.dimension()));
    properties.put("max_length", String.valueOf(spec.maxLength()));
    Prompts prompts = prompts(spec);
    if (!prompts.byName().isEmpty()) {
      properties.put("prompts", new String(Json.bytes(prompts.byName()), StandardCharsets.UTF_8));
      prompts.defaultName().ifPresent(name -> properties.put("default_prompt_name", name));
    }
    return properties;
  }

  /** A sentence model under the names of {@link #INPUTS} and {@link #OUTPUT}. */
  private record Program(SentenceModel model) implements Computation {
    @Override
    public Map<String, Tensor> trace(ForwardPass pass, Map<String, Tensor> inputs) {
      Map<String, Tensor> named = new LinkedHashMap<>();
      inputs.forEach((name, value) -> named.put(Objects.requireNonNull(INPUTS.get(name)), value));
      return Map.of(
          OUTPUT, Objects.requireNonNull(model.trace(pass, named).get(SentenceModel.EMBEDDING)));
    }
  }
}
