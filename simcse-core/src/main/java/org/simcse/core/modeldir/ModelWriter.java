package org.simcse.core.modeldir;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.simcse.core.io.AtomicFile;
import org.simcse.core.io.Json;
import org.simcse.core.weights.NamedTensor;
import org.simcse.core.weights.WeightsFormat;

/**
 * Writes a model directory that {@link ModelDirectory}, Hugging Face transformers and
 * sentence-transformers open with equal vectors.
 *
 * <p>A pooler that sentence-transformers lacks is named only in {@code simcse.json}, and {@code
 * modules.json} is omitted: sentence-transformers would pool differently.
 *
 * @param config the contents of {@code config.json}
 * @param hiddenSize H, the size of a token's hidden state
 * @param tokenizer the tokenizer, copied unchanged
 * @param metadata how vectors are computed
 * @param mlp the prefix of the parameter names of the head's MLP; sentence-transformers reads it
 *     from its own folder if it is applied at inference
 * @param modules how the files of sentence-transformers are written
 * @param format the format of the weights
 * @since 0.1.0
 */
@SuppressWarnings("exports") // for this project's own modules
public record ModelWriter(
    Map<String, Object> config,
    int hiddenSize,
    TokenizerFiles tokenizer,
    ModelMetadata metadata,
    String mlp,
    ModuleFormat modules,
    WeightsFormat format) {
  /** Returns a copy with another {@code config.json}. */
  public ModelWriter withConfig(Map<String, Object> other) {
    return new ModelWriter(other, hiddenSize, tokenizer, metadata, mlp, modules, format);
  }

  /** Returns a copy that writes the files of sentence-transformers in another way. */
  public ModelWriter withModules(ModuleFormat other) {
    return new ModelWriter(config, hiddenSize, tokenizer, metadata, mlp, other, format);
  }

  /**
   * Writes all files.
   *
   * @param directory an existing directory
   * @param weights all parameters: those of a module prefixed with its path and a dot, the others
   *     under the names of a full checkpoint
   * @throws org.simcse.api.error.SimCseException if a file cannot be written
   */
  public void write(Path directory, Collection<NamedTensor> weights) {
    writeTokenizer(directory);
    Collection<NamedTensor> own = new ArrayList<>(weights);
    for (SentenceModule module : metadata.modules()) {
      own.removeIf(tensor -> tensor.name().startsWith(module.path() + "."));
    }
    format.write(directory, own);
    new SentenceTransformersWriter(this, directory, weights).write();
    metadata.write(
        directory,
        listsModules() ? List.of() : SentenceTransformersWriter.named(metadata.modules()));
  }

  /**
   * Returns what sentence-transformers cannot express of the model, and what to do, as a sentence;
   * empty if it expresses all.
   */
  public Optional<String> lossInSentenceTransformers() {
    String pooler = metadata.pooler().orElse("");
    Optional<Pooling> pooling = Pooling.of(pooler, metadata.prompts().pooled());
    if (pooling.isEmpty()) {
      return Optional.of(
          "sentence-transformers has no pooling equal to the pooler %s; it has those equal to cls, %s, and concatenations of them. Convert to simcse."
              .formatted(pooler, String.join(", ", Pooling.poolers())));
    }
    if (modules != ModuleFormat.LEGACY) {
      return Optional.empty();
    }
    if (!pooling.get().legacy()) {
      return Optional.of(
          "Releases of sentence-transformers before 5.4 concatenate poolings in an order of their own, and not as %s. Convert to the current format."
              .formatted(pooler));
    }
    return metadata.modules().stream()
        .filter(module -> module instanceof SentenceModule.Dense dense && dense.residual())
        .findFirst()
        .map(
            module ->
                "Releases of sentence-transformers before 5.7 have no residual connection, which %s has. Convert to the current format."
                    .formatted(module.path()));
  }

  /** Returns whether {@code modules.json} is written, so that sentence-transformers opens it. */
  public boolean listsModules() {
    return pooling().isPresent();
  }

  /** Returns the pooling that is written. */
  Optional<Pooling> pooling() {
    return modules == ModuleFormat.NONE
        ? Optional.empty()
        : metadata.pooler().flatMap(name -> Pooling.of(name, metadata.prompts().pooled()));
  }

  /**
   * Writes {@code config.json} and the tokenizer alone.
   *
   * @param directory an existing directory
   * @throws org.simcse.api.error.SimCseException if a file cannot be written
   */
  public void writeTokenizer(Path directory) {
    json(directory.resolve("config.json"), config);
    Map<String, Object> options = new LinkedHashMap<>();
    tokenizer
        .copies()
        .forEach(
            (name, file) -> {
              if (name.equals(TokenizerDirectory.CONFIG)) {
                options.putAll(Json.parse(file.toString(), read(file)).fields());
              } else {
                AtomicFile.write(directory.resolve(name), out -> out.write(read(file)));
              }
            });
    metadata.maxLength().ifPresent(length -> options.put("model_max_length", length));
    json(directory.resolve(TokenizerDirectory.CONFIG), options);
  }

  static void json(Path file, Object fields) {
    AtomicFile.write(file, out -> out.write(Json.bytes(fields)));
  }

  private static byte[] read(URL file) {
    try (InputStream in = file.openStream()) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("%s cannot be read: %s".formatted(file, e.getMessage()), e);
    }
  }
}
