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
import org.simcse.api.tensor.HostTensor;
import org.simcse.core.io.AtomicFile;
import org.simcse.core.io.Json;
import org.simcse.core.weights.SafetensorsWriter;

/**
 * Writes a model directory that {@link ModelDirectory}, Hugging Face transformers and
 * sentence-transformers open with equal vectors.
 *
 * <p>Poolers that sentence-transformers does not know are named in {@code simcse.json} alone, and
 * {@code modules.json} is left out, lest it pool in another way.
 *
 * @param config {@code config.json}
 * @param tokenizer copied as it is
 * @param metadata how vectors are made; {@link ModelMetadata#dense} is not looked at
 * @param mlp what the names of the MLP's parameters start with, which sentence-transformers wants
 *     in a folder of its own where the head is used at inference
 */
public record ModelWriter(
    Map<String, Object> config, TokenizerFiles tokenizer, ModelMetadata metadata, String mlp) {
  private static final Map<String, String> POOLING =
      Map.of(
          "cls",
          "cls_token",
          "cls_before_pooler",
          "cls_token",
          "avg",
          "mean_tokens",
          "max",
          "max_tokens");

  private static final String PACKAGE = "sentence_transformers.models.";

  /**
   * Writes all files.
   *
   * @param directory exists
   * @param weights all parameters, under the names of a whole checkpoint
   * @throws org.simcse.api.error.SimCseException if a file cannot be written
   */
  public void write(Path directory, Collection<SafetensorsWriter.Entry> weights) {
    json(directory.resolve("config.json"), config);
    SafetensorsWriter.write(directory.resolve("model.safetensors"), weights);
    writeTokenizer(directory);
    metadata.write(directory);
    Optional<String> pooling = metadata.pooler().map(POOLING::get);
    if (pooling.isPresent()) {
      writeModules(directory, pooling.get(), weights);
    }
  }

  private void writeTokenizer(Path directory) {
    Map<String, Object> options = new LinkedHashMap<>();
    boolean pieces = "roberta".equals(config.get("model_type"));
    options.put("tokenizer_class", pieces ? "RobertaTokenizer" : "BertTokenizer");
    metadata.maxLength().ifPresent(length -> options.put("model_max_length", length));
    Map<String, Object> special = pieces ? robertaTokens() : bertTokens();
    options.putAll(special);
    if (tokenizer instanceof TokenizerFiles.Whole whole) {
      copy(whole.file(), directory.resolve("tokenizer.json"));
    } else if (tokenizer instanceof TokenizerFiles.WordPiece words) {
      copy(words.vocabulary(), directory.resolve("vocab.txt"));
      options.put("do_lower_case", words.lowerCase());
      options.put("strip_accents", words.stripAccents());
      options.put("tokenize_chinese_chars", words.splitChinese());
    } else if (tokenizer instanceof TokenizerFiles.ByteLevelBpe pairs) {
      copy(pairs.vocabulary(), directory.resolve("vocab.json"));
      copy(pairs.merges(), directory.resolve("merges.txt"));
      options.put("add_prefix_space", pairs.prefixSpace());
    }
    json(directory.resolve("tokenizer_config.json"), options);
    json(directory.resolve("special_tokens_map.json"), special);
  }

  private static Map<String, Object> bertTokens() {
    Map<String, Object> tokens = new LinkedHashMap<>();
    tokens.put("cls_token", "[CLS]");
    tokens.put("mask_token", "[MASK]");
    tokens.put("pad_token", "[PAD]");
    tokens.put("sep_token", "[SEP]");
    tokens.put("unk_token", "[UNK]");
    return tokens;
  }

  private static Map<String, Object> robertaTokens() {
    Map<String, Object> tokens = new LinkedHashMap<>();
    tokens.put("bos_token", "<s>");
    tokens.put("cls_token", "<s>");
    tokens.put("eos_token", "</s>");
    tokens.put("mask_token", "<mask>");
    tokens.put("pad_token", "<pad>");
    tokens.put("sep_token", "</s>");
    tokens.put("unk_token", "<unk>");
    return tokens;
  }

  private void writeModules(
      Path directory, String pooling, Collection<SafetensorsWriter.Entry> weights) {
    List<Map<String, Object>> modules = new ArrayList<>();
    add(modules, "", "Transformer");
    add(modules, "1_Pooling", "Pooling");
    Map<String, Object> modes = new LinkedHashMap<>();
    modes.put("word_embedding_dimension", config.get("hidden_size"));
    for (String mode : List.of("cls_token", "mean_tokens", "max_tokens")) {
      modes.put("pooling_mode_" + mode, mode.equals(pooling));
    }
    json(folder(directory, "1_Pooling").resolve("config.json"), modes);
    if (metadata.head().equals(Optional.of(HeadMode.TRAIN_AND_TEST))) {
      add(modules, "2_Dense", "Dense");
      writeDense(folder(directory, "2_Dense"), weights);
    }
    if (metadata.normalize().orElse(false)) {
      add(modules, modules.size() + "_Normalize", "Normalize");
      folder(directory, (modules.size() - 1) + "_Normalize");
    }
    AtomicFile.write(directory.resolve("modules.json"), out -> out.write(Json.bytes(modules)));
    Map<String, Object> length = new LinkedHashMap<>();
    metadata.maxLength().ifPresent(value -> length.put("max_seq_length", value));
    length.put("do_lower_case", false);
    json(directory.resolve("sentence_bert_config.json"), length);
    json(
        directory.resolve("config_sentence_transformers.json"),
        Map.of("similarity_fn_name", "cosine"));
  }

  private void writeDense(Path folder, Collection<SafetensorsWriter.Entry> weights) {
    HostTensor weight = parameter(weights, "weight");
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("in_features", weight.shape()[1]);
    fields.put("out_features", weight.shape()[0]);
    fields.put("bias", true);
    fields.put("activation_function", "torch.nn.modules.activation.Tanh");
    json(folder.resolve("config.json"), fields);
    SafetensorsWriter.write(
        folder.resolve("model.safetensors"),
        Map.of("linear.weight", weight, "linear.bias", parameter(weights, "bias")));
  }

  private HostTensor parameter(Collection<SafetensorsWriter.Entry> weights, String part) {
    return weights.stream()
        .filter(entry -> entry.name().equals(mlp + "." + part))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "The head is used at inference, but there is no " + mlp + "." + part))
        .values()
        .get();
  }

  private static void add(List<Map<String, Object>> modules, String path, String type) {
    Map<String, Object> module = new LinkedHashMap<>();
    module.put("idx", modules.size());
    module.put("name", String.valueOf(modules.size()));
    module.put("path", path);
    module.put("type", PACKAGE + type);
    modules.add(module);
  }

  private static Path folder(Path directory, String name) {
    try {
      return Files.createDirectories(directory.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "%s cannot be made: %s".formatted(directory.resolve(name), e.getMessage()), e);
    }
  }

  private static void json(Path file, Map<String, Object> fields) {
    AtomicFile.write(file, out -> out.write(Json.bytes(fields)));
  }

  private static void copy(Path from, Path to) {
    try {
      copy(from.toUri().toURL(), to);
    } catch (IOException e) {
      throw new UncheckedIOException("%s cannot be read: %s".formatted(from, e.getMessage()), e);
    }
  }

  private static void copy(URL from, Path to) {
    AtomicFile.write(
        to,
        out -> {
          try (InputStream in = from.openStream()) {
            in.transferTo(out);
          }
        });
  }
}
