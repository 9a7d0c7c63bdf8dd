package org.simcse.core.hub;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.simcse.api.error.CheckpointException;
import org.simcse.core.io.Json;

/**
 * Which files of a repository a model needs: its configuration, its tokenizer, and one form of its
 * weights, for each module of {@code modules.json}, or at the root where there is none.
 *
 * @param repository for messages
 * @param names the paths of all files
 * @param allowPickle whether weights may be a pickle
 */
record ModelFiles(String repository, Set<String> names, boolean allowPickle) {
  /** What lists the modules. */
  static final String MODULES = "modules.json";

  private static final Pattern CONFIGURATION =
      Pattern.compile(
          "config\\.json|adapter_config\\.json|sentence_[a-z-]+_config\\.json|tokenizer\\.json|tokenizer_config\\.json|vocab\\.txt|vocab\\.json|merges\\.txt|special_tokens_map\\.json|added_tokens\\.json");

  private static final Set<String> AT_ROOT =
      Set.of(MODULES, "simcse.json", "config_sentence_transformers.json", "adapter_config.json");

  private static final List<String> SAFETENSORS =
      List.of("model.safetensors", "model.safetensors.index.json");

  private static final List<String> PICKLES =
      List.of("pytorch_model.bin", "pytorch_model.bin.index.json");

  private static final List<String> ONNX = List.of("model.onnx", "onnx/model.onnx");

  /**
   * Returns the files that are needed, as far as the files that are there already tell: the modules
   * are known once {@code modules.json} is. Weights are last.
   *
   * @param snapshot the folder of the files that are there
   * @throws CheckpointException if there are no weights but a pickle, which is not there and must
   *     not be fetched
   */
  Set<String> needed(Path snapshot) {
    Path modules = snapshot.resolve(MODULES);
    if (names.contains(MODULES) && !Files.isRegularFile(modules)) {
      return Set.of(MODULES);
    }
    Set<String> needed = new LinkedHashSet<>();
    names.stream().filter(AT_ROOT::contains).forEach(needed::add);
    List<String> folders = folders(modules);
    for (String folder : folders) {
      names.stream()
          .filter(name -> name.startsWith(folder))
          .filter(name -> CONFIGURATION.matcher(name.substring(folder.length())).matches())
          .forEach(needed::add);
    }
    // Modules behind the encoder may have none.
    folders.stream().skip(1).forEach(folder -> needed.addAll(weights(folder, snapshot)));
    needed.addAll(weights(folders.get(0), snapshot));
    return needed;
  }

  /** Returns what the names of each module's files begin with; the encoder's is first. */
  private static List<String> folders(Path modules) {
    if (!Files.isRegularFile(modules)) {
      return List.of("");
    }
    List<String> folders = new ArrayList<>();
    for (Json module : Json.readList(modules)) {
      String path = module.find("path", String.class).orElse("");
      folders.add(path.isEmpty() || path.endsWith("/") ? path : path + "/");
    }
    return folders.isEmpty() ? List.of("") : folders;
  }

  private List<String> weights(String folder, Path snapshot) {
    Optional<String> safe = first(folder, SAFETENSORS);
    Optional<String> pickle = first(folder, PICKLES);
    if (safe.isEmpty()
        && pickle.isPresent()
        && !allowPickle
        && !Files.exists(snapshot.resolve(pickle.get()))) {
      throw new CheckpointException(
          "The model %s has weights in a pickle only, %s: a Python program that loads it from the cache may run what is hidden in it. Allow to fetch it by the setting allow-pickle, or name a revision with safetensors, as in ORG/NAME@refs/pr/1."
              .formatted(repository, pickle.get()));
    }
    return safe.or(() -> pickle)
        .or(() -> first(folder, ONNX))
        .map(name -> withShards(folder, name))
        .orElse(List.of());
  }

  private Optional<String> first(String folder, List<String> kinds) {
    return kinds.stream().map(kind -> folder + kind).filter(names::contains).findFirst();
  }

  /** Returns a file of weights; behind the shards that it lists, if it is an index. */
  private List<String> withShards(String folder, String name) {
    List<String> files = new ArrayList<>();
    if (name.endsWith(".index.json")) {
      Pattern shard =
          Pattern.compile(
              Pattern.quote(folder)
                  + (name.contains("safetensors")
                      ? "model-\\d+-of-\\d+\\.safetensors"
                      : "pytorch_model-\\d+-of-\\d+\\.bin"));
      names.stream().filter(file -> shard.matcher(file).matches()).forEach(files::add);
    }
    files.add(name);
    return files;
  }
}
