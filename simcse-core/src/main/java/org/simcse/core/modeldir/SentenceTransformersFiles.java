package org.simcse.core.modeldir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.simcse.api.error.CheckpointException;
import org.simcse.core.io.Json;

/**
 * What a directory of sentence-transformers says: {@code modules.json} lists the steps from text to
 * vector, each with a folder of its own.
 *
 * @param transformer the folder of the encoder and its tokenizer
 * @param metadata pooler, dense layer, normalisation and maximal length
 */
record SentenceTransformersFiles(Path transformer, ModelMetadata metadata) {
  private static final List<String> STEPS = List.of("Transformer", "Pooling", "Dense", "Normalize");

  private static final Map<String, String> POOLERS =
      Map.of("cls_token", "cls_before_pooler", "mean_tokens", "avg", "max_tokens", "max");

  private static final Map<String, DenseLayer.Activation> ACTIVATIONS =
      Map.of(
          "torch.nn.modules.activation.Tanh", DenseLayer.Activation.TANH,
          "torch.nn.modules.linear.Identity", DenseLayer.Activation.IDENTITY);

  /** Reads the files; a directory without {@code modules.json} says nothing. */
  static SentenceTransformersFiles read(Path directory) {
    Path modules = directory.resolve("modules.json");
    if (!Files.exists(modules)) {
      return new SentenceTransformersFiles(directory, ModelMetadata.none());
    }
    Map<String, Path> folders = folders(directory, modules);
    Path transformer = folders.getOrDefault("Transformer", directory);
    return new SentenceTransformersFiles(
        transformer,
        new ModelMetadata(
            Optional.ofNullable(folders.get("Pooling")).map(SentenceTransformersFiles::pooler),
            Optional.empty(),
            Optional.ofNullable(folders.get("Dense")).map(SentenceTransformersFiles::dense),
            Optional.of(folders.containsKey("Normalize")),
            maxLength(transformer),
            Optional.empty(),
            Optional.empty()));
  }

  /** Each step's folder, where the steps are those that we know in the order that we know. */
  private static Map<String, Path> folders(Path directory, Path modules) {
    Map<String, Path> folders = new LinkedHashMap<>();
    int last = -1;
    for (Json module : Json.readList(modules)) {
      String type = module.get("type", String.class);
      String kind = type.substring(type.lastIndexOf('.') + 1);
      if (kind.equals("Dropout")) {
        continue; // does nothing to a trained model
      }
      int step = STEPS.indexOf(kind);
      if (step <= last || (last < 1 && step != last + 1)) {
        throw new CheckpointException(
            "%s: the module %s is not supported in place %d; a Transformer, a Pooling, then at most one Dense and one Normalize are."
                .formatted(modules, type, folders.size()));
      }
      last = step;
      folders.put(kind, folder(directory, module));
    }
    return folders;
  }

  private static Path folder(Path directory, Json module) {
    String path = module.find("path", String.class).orElse("");
    Path folder = directory.resolve(path);
    Path root = directory.toAbsolutePath().normalize();
    if (!folder.toAbsolutePath().normalize().startsWith(root)) {
      throw new CheckpointException(
          "%s: the path %s leads out of the model directory.".formatted(module.source(), path));
    }
    return folder;
  }

  private static Optional<Integer> maxLength(Path transformer) {
    Path file = transformer.resolve("sentence_bert_config.json");
    return Files.exists(file)
        ? ModelMetadata.maxLength(Json.read(file), "max_seq_length")
        : Optional.empty();
  }

  private static String pooler(Path folder) {
    String prefix = "pooling_mode_";
    Path file = folder.resolve("config.json");
    Set<String> modes = new TreeSet<>();
    Json.read(file)
        .fields()
        .forEach(
            (name, value) -> {
              if (name.startsWith(prefix) && Boolean.TRUE.equals(value)) {
                modes.add(name.substring(prefix.length()));
              }
            });
    String mode = modes.size() == 1 ? modes.iterator().next() : "";
    if (!POOLERS.containsKey(mode)) {
      throw new CheckpointException(
          "%s asks for the pooling %s, which is not supported; exactly one of %s is."
              .formatted(file, modes, new TreeSet<>(POOLERS.keySet())));
    }
    return POOLERS.get(mode);
  }

  private static DenseLayer dense(Path folder) {
    Json config = Json.read(folder.resolve("config.json"));
    String activation = config.get("activation_function", String.class);
    if (!ACTIVATIONS.containsKey(activation)) {
      throw new CheckpointException(
          "%s asks for the activation %s, which is not supported; %s are."
              .formatted(config.source(), activation, new TreeSet<>(ACTIVATIONS.keySet())));
    }
    Path weights =
        List.of("model.safetensors", "pytorch_model.bin").stream()
            .map(folder::resolve)
            .filter(Files::exists)
            .findFirst()
            .orElseThrow(
                () ->
                    new CheckpointException(
                        "%s holds neither model.safetensors nor pytorch_model.bin."
                            .formatted(folder)));
    return new DenseLayer(
        config.get("in_features", Integer.class),
        config.get("out_features", Integer.class),
        ACTIVATIONS.get(activation),
        config.find("bias", Boolean.class).orElse(true),
        weights);
  }
}
