package org.simcse.core.modeldir;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.simcse.core.io.AtomicFile;
import org.simcse.core.io.Json;
import org.simcse.core.weights.SafetensorsWriter;

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
 * @since 0.1.0
 */
public record ModelWriter(
    Map<String, Object> config,
    int hiddenSize,
    TokenizerFiles tokenizer,
    ModelMetadata metadata,
    String mlp) {
  private static final String WEIGHTS = "model.safetensors";
  private static final String PACKAGE = "sentence_transformers.models.";

  /**
   * Writes all files.
   *
   * @param directory an existing directory
   * @param weights all parameters: those of a module prefixed with its path and a dot, the others
   *     under the names of a full checkpoint
   * @throws org.simcse.api.error.SimCseException if a file cannot be written
   */
  @SuppressWarnings("exports") // for this project's own modules
  public void write(Path directory, Collection<SafetensorsWriter.Entry> weights) {
    json(directory.resolve("config.json"), config);
    Collection<SafetensorsWriter.Entry> own = new ArrayList<>(weights);
    for (SentenceModule module : metadata.modules()) {
      own.removeIf(entry -> entry.name().startsWith(module.path() + "."));
    }
    SafetensorsWriter.write(directory.resolve(WEIGHTS), own);
    writeTokenizer(directory);
    List<Map<String, Object>> chain = writeModules(directory, weights);
    Optional<Pooling> pooling =
        metadata.pooler().flatMap(name -> Pooling.of(name, metadata.prompts().pooled()));
    metadata.write(directory, pooling.isEmpty() ? named(metadata.modules()) : List.of());
    if (pooling.isPresent()) {
      chain.addAll(writeHead(directory, weights));
      writePooling(directory, pooling.get(), chain);
    }
    writePrompts(directory);
  }

  private void writeTokenizer(Path directory) {
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

  private void writePooling(Path directory, Pooling pooling, List<Map<String, Object>> behind) {
    json(folder(directory, "1_Pooling").resolve("config.json"), pooling.config(hiddenSize));
    List<Map<String, Object>> modules = new ArrayList<>();
    modules.add(module("", "Transformer"));
    modules.add(module("1_Pooling", "Pooling"));
    modules.addAll(behind);
    List<Map<String, Object>> listed = new ArrayList<>();
    for (Map<String, Object> module : modules) {
      Map<String, Object> numbered = new LinkedHashMap<>();
      numbered.put("idx", listed.size());
      numbered.put("name", String.valueOf(listed.size()));
      numbered.putAll(module);
      listed.add(numbered);
    }
    AtomicFile.write(directory.resolve("modules.json"), out -> out.write(Json.bytes(listed)));
    Map<String, Object> length = new LinkedHashMap<>();
    metadata.maxLength().ifPresent(value -> length.put("max_seq_length", value));
    length.put("do_lower_case", tokenizer.lowerCase());
    json(directory.resolve("sentence_bert_config.json"), length);
  }

  private void writePrompts(Path directory) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("prompts", metadata.prompts().byName());
    metadata.prompts().defaultName().ifPresent(name -> fields.put("default_prompt_name", name));
    fields.put("similarity_fn_name", metadata.similarity().orElse("cosine"));
    json(directory.resolve(SentenceTransformersFiles.CONFIG), fields);
  }

  /** Writes the folders of the modules after the pooler and returns their list. */
  private List<Map<String, Object>> writeModules(
      Path directory, Collection<SafetensorsWriter.Entry> weights) {
    List<Map<String, Object>> listed = new ArrayList<>();
    for (SentenceModule module : metadata.modules()) {
      write(folder(directory, module.path()), module, parts(module.path(), weights, ""));
      listed.add(module(module.path(), kind(module)));
    }
    return listed;
  }

  /**
   * Writes the head's MLP, which SimCSE stores elsewhere, also as a module of
   * sentence-transformers.
   */
  private List<Map<String, Object>> writeHead(
      Path directory, Collection<SafetensorsWriter.Entry> weights) {
    List<Map<String, Object>> listed = new ArrayList<>();
    int next = 2 + metadata.modules().size();
    if (metadata.head().equals(Optional.of(HeadMode.TRAIN_AND_TEST))) {
      List<SafetensorsWriter.Entry> copy = parts(mlp, weights, "linear.");
      SentenceModule.Dense dense = mlp(free(next + "_Dense"), copy);
      write(folder(directory, dense.path()), dense, copy);
      listed.add(module(dense.path(), kind(dense)));
    }
    if (metadata.normalize().orElse(false)) {
      String path = free(next + listed.size() + "_Normalize");
      folder(directory, path);
      listed.add(module(path, "Normalize"));
    }
    return listed;
  }

  /** Returns the name of a folder that no module uses. */
  private String free(String wanted) {
    return metadata.modules().stream().anyMatch(module -> module.path().equals(wanted))
        ? free(wanted + "_")
        : wanted;
  }

  private SentenceModule.Dense mlp(String path, List<SafetensorsWriter.Entry> weights) {
    long[] shape =
        weights.stream()
            .filter(entry -> entry.name().endsWith(".weight"))
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "The head is used at inference, but there is no " + mlp + ".weight"))
            .shape();
    return new SentenceModule.Dense(
        path,
        Math.toIntExact(shape[1]),
        Math.toIntExact(shape[0]),
        SentenceModule.Activation.TANH,
        true,
        false,
        Path.of(path));
  }

  /**
   * Returns the parameters whose names start with a prefix and a dot, with {@code under} replacing
   * the prefix.
   */
  private static List<SafetensorsWriter.Entry> parts(
      String prefix, Collection<SafetensorsWriter.Entry> weights, String under) {
    return weights.stream()
        .filter(entry -> entry.name().startsWith(prefix + "."))
        .map(
            entry ->
                new SafetensorsWriter.Entry(
                    under + entry.name().substring(prefix.length() + 1),
                    entry.type(),
                    entry.shape(),
                    entry.values()))
        .toList();
  }

  private static void write(
      Path folder, SentenceModule module, List<SafetensorsWriter.Entry> weights) {
    Map<String, Object> fields = new LinkedHashMap<>();
    if (module instanceof SentenceModule.Dense dense) {
      fields.put("in_features", dense.inFeatures());
      fields.put("out_features", dense.outFeatures());
      fields.put("bias", dense.bias());
      fields.put("activation_function", dense.activation().className());
      if (dense.residual()) {
        fields.put("use_residual", true); // releases before 5.7 do not support it
      }
    } else if (module instanceof SentenceModule.LayerNorm norm) {
      fields.put("dimension", norm.size());
    } else {
      return;
    }
    json(folder.resolve("config.json"), fields);
    SafetensorsWriter.write(folder.resolve(WEIGHTS), weights);
  }

  private static String kind(SentenceModule module) {
    return module.getClass().getSimpleName();
  }

  private static Map<String, Object> module(String path, String kind) {
    Map<String, Object> module = new LinkedHashMap<>();
    module.put("path", path);
    module.put("type", PACKAGE + kind);
    return module;
  }

  private static List<Map<String, Object>> named(List<SentenceModule> modules) {
    return modules.stream()
        .<Map<String, Object>>map(module -> Map.of("path", module.path(), "type", kind(module)))
        .toList();
  }

  private static Path folder(Path directory, String name) {
    try {
      return Files.createDirectories(directory.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "%s cannot be created: %s".formatted(directory.resolve(name), e.getMessage()), e);
    }
  }

  private static void json(Path file, Map<String, Object> fields) {
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
