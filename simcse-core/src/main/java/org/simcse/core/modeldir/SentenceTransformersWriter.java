package org.simcse.core.modeldir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.simcse.core.weights.NamedTensor;

/**
 * Writes the files of sentence-transformers that {@link SentenceTransformersFiles} reads.
 *
 * @param model what is written
 * @param directory the model directory
 * @param weights all parameters, those of a module prefixed with its path and a dot
 */
record SentenceTransformersWriter(
    ModelWriter model, Path directory, Collection<NamedTensor> weights) {
  private static final String CONFIG = "config.json";

  /** The modules' classes of release 6 in {@code sentence_transformers}, by name. */
  private static final Map<String, String> CLASSES =
      Map.of(
          "Transformer", "base.modules.transformer.Transformer",
          "Pooling", "sentence_transformer.modules.pooling.Pooling",
          "Dense", "base.modules.dense.Dense",
          "LayerNorm", "sentence_transformer.modules.layer_norm.LayerNorm",
          "Normalize", "base.modules.normalize.Normalize");

  private ModelMetadata metadata() {
    return model.metadata();
  }

  private boolean current() {
    return model.modules() == ModuleFormat.CURRENT;
  }

  /** Writes all files. */
  void write() {
    List<Map<String, Object>> chain = writeModules();
    model
        .pooling()
        .ifPresent(
            pooling -> {
              chain.addAll(writeHead());
              writePooling(pooling, chain);
            });
    if (model.modules() != ModuleFormat.NONE) {
      ModelWriter.json(directory.resolve("sentence_bert_config.json"), transformer());
    }
    writePrompts();
  }

  private void writePooling(Pooling pooling, List<Map<String, Object>> behind) {
    ModelWriter.json(
        folder("1_Pooling").resolve(CONFIG), pooling.config(model.hiddenSize(), current()));
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
    ModelWriter.json(directory.resolve("modules.json"), listed);
  }

  /** Returns the settings of the encoder's input; release 6 keeps the length with the tokenizer. */
  private Map<String, Object> transformer() {
    Map<String, Object> fields = new LinkedHashMap<>();
    boolean lower = model.tokenizer().lowerCase();
    if (current()) {
      fields.put("transformer_task", "feature-extraction");
      fields.put(
          "modality_config",
          Map.of("text", Map.of("method", "forward", "method_output_name", "last_hidden_state")));
      fields.put("module_output_name", "token_embeddings");
    } else {
      metadata().maxLength().ifPresent(value -> fields.put("max_seq_length", value));
    }
    if (lower || !current()) {
      fields.put("do_lower_case", lower);
    }
    return fields;
  }

  private void writePrompts() {
    Prompts prompts = metadata().prompts();
    boolean said = !prompts.byName().isEmpty() || metadata().similarity().isPresent();
    if (model.modules() == ModuleFormat.NONE && !said) {
      return;
    }
    Map<String, Object> fields = new LinkedHashMap<>();
    if (current()) {
      fields.put("model_type", "SentenceTransformer");
    }
    fields.put("prompts", prompts.byName());
    prompts.defaultName().ifPresent(name -> fields.put("default_prompt_name", name));
    fields.put("similarity_fn_name", metadata().similarity().orElse("cosine"));
    ModelWriter.json(directory.resolve(SentenceTransformersFiles.CONFIG), fields);
  }

  /** Writes the folders of the modules after the pooler and returns their list. */
  private List<Map<String, Object>> writeModules() {
    List<Map<String, Object>> listed = new ArrayList<>();
    for (SentenceModule module : metadata().modules()) {
      write(folder(module.path()), module, parts(module.path(), ""));
      listed.add(module(module.path(), kind(module)));
    }
    return listed;
  }

  /**
   * Writes the head's MLP, which SimCSE stores elsewhere, also as a module of
   * sentence-transformers.
   */
  private List<Map<String, Object>> writeHead() {
    List<Map<String, Object>> listed = new ArrayList<>();
    int next = 2 + metadata().modules().size();
    if (metadata().head().equals(Optional.of(HeadMode.TRAIN_AND_TEST))) {
      List<NamedTensor> copy = parts(model.mlp(), "linear.");
      SentenceModule.Dense dense = mlp(free(next + "_Dense"), copy);
      write(folder(dense.path()), dense, copy);
      listed.add(module(dense.path(), kind(dense)));
    }
    if (metadata().normalize().orElse(false)) {
      String path = free(next + listed.size() + "_Normalize");
      folder(path);
      listed.add(module(path, "Normalize"));
    }
    return listed;
  }

  /** Returns the name of a folder that no module uses. */
  private String free(String wanted) {
    return metadata().modules().stream().anyMatch(module -> module.path().equals(wanted))
        ? free(wanted + "_")
        : wanted;
  }

  private SentenceModule.Dense mlp(String path, List<NamedTensor> copy) {
    long[] shape =
        copy.stream()
            .filter(tensor -> tensor.name().endsWith(".weight"))
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "The head is used at inference, but there is no "
                            + model.mlp()
                            + ".weight"))
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
  private List<NamedTensor> parts(String prefix, String under) {
    return weights.stream()
        .filter(tensor -> tensor.name().startsWith(prefix + "."))
        .map(tensor -> tensor.named(under + tensor.name().substring(prefix.length() + 1)))
        .toList();
  }

  private void write(Path folder, SentenceModule module, List<NamedTensor> own) {
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
    ModelWriter.json(folder.resolve(CONFIG), fields);
    model.format().write(folder, own);
  }

  private static String kind(SentenceModule module) {
    return module.getClass().getSimpleName();
  }

  private Map<String, Object> module(String path, String kind) {
    Map<String, Object> module = new LinkedHashMap<>();
    module.put("path", path);
    module.put(
        "type", "sentence_transformers." + (current() ? CLASSES.get(kind) : "models." + kind));
    return module;
  }

  /** Returns the description of modules for {@code simcse.json}. */
  static List<Map<String, Object>> named(List<SentenceModule> modules) {
    return modules.stream()
        .<Map<String, Object>>map(module -> Map.of("path", module.path(), "type", kind(module)))
        .toList();
  }

  private Path folder(String name) {
    try {
      return Files.createDirectories(directory.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "%s cannot be created: %s".formatted(directory.resolve(name), e.getMessage()), e);
    }
  }
}
