package org.simcse.core.export;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.simcse.api.error.CheckpointException;
import org.simcse.core.hub.HubRepository;
import org.simcse.core.io.AtomicFile;
import org.simcse.core.modeldir.ModelMetadata;
import org.simcse.core.modeldir.ModelWriter;
import org.simcse.core.modeldir.ModuleFormat;
import org.simcse.core.train.run.TrainingState;

/**
 * A model's card: {@code README.md} with the front matter that the Hugging Face Hub reads. It says
 * how vectors are computed, what the model was trained with, and how to open it; nothing that the
 * model's own files do not say.
 *
 * @param model what is written
 * @param dimension D, the size of a vector
 * @param training the state of the run that the model is of; empty if it is unknown
 */
public record ModelCard(ModelWriter model, int dimension, Optional<TrainingState> training) {
  /** The name of the file. */
  public static final String FILE = "README.md";

  /**
   * Writes the card.
   *
   * @param folder a new model directory
   * @throws org.simcse.api.error.SimCseException if it cannot be written
   */
  public void write(Path folder) {
    write(folder, text());
  }

  /**
   * Writes the card of a converted model: that of its source, in which only the part on how to open
   * it is replaced, or added if it has none of ours; or a new one.
   *
   * @param source the directory of the source
   */
  void write(Path folder, Optional<Path> source) {
    Optional<Path> kept = source.map(from -> from.resolve(FILE)).filter(Files::exists);
    write(folder, kept.isPresent() ? adapted(read(kept.get())) : text());
  }

  /**
   * Puts a section into a written card, in place of an earlier one with its title.
   *
   * @param folder the model directory; nothing is done if it has no card
   * @param title the title of the section
   * @param text its text, in Markdown
   * @throws org.simcse.api.error.SimCseException if the card cannot be read or written
   */
  public static void putSection(Path folder, String title, String text) {
    if (!Files.exists(folder.resolve(FILE))) {
      return;
    }
    String heading = "\n## " + title + "\n";
    String card = read(folder.resolve(FILE));
    int from = card.indexOf(heading);
    int end = from < 0 ? -1 : card.indexOf("\n## ", from + heading.length());
    String before = from < 0 ? card : card.substring(0, from);
    String after = end < 0 ? "" : card.substring(end);
    if (from < 0 && card.contains(CardUsage.HEADING)) {
      before = card.substring(0, card.indexOf(CardUsage.HEADING));
      after = card.substring(before.length());
    }
    write(folder, before + heading + "\n" + text.strip() + "\n" + after);
  }

  private String adapted(String card) {
    String usage = new CardUsage(model).text();
    String adapted = card;
    for (ModuleFormat format : ModuleFormat.values()) {
      ModelWriter other = model.withModules(format);
      adapted =
          adapted
              .replace(library(other), library(model))
              .replace(new CardUsage(other).text(), usage);
    }
    return adapted.contains(usage) ? adapted : adapted + usage;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new CheckpointException(
          "%s cannot be read: %s.".formatted(file, AtomicFile.reason(e)), e);
    }
  }

  private static void write(Path folder, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    AtomicFile.write(folder.resolve(FILE), out -> out.write(bytes));
  }

  /** Returns the card's text. */
  public String text() {
    StringBuilder card = new StringBuilder();
    frontMatter(card);
    card.append("\n# Sentence embedding model\n\n");
    card.append(
        "A model of [SimCSE](https://aclanthology.org/2021.emnlp-main.552) for the JVM: it maps a text to a vector of %d numbers.\n"
            .formatted(dimension));
    card.append("\n## How vectors are computed\n\n");
    table(card, List.of("step", "setting"), computation());
    training.ifPresent(state -> training(card, state));
    card.append(new CardUsage(model).text());
    return card.toString();
  }

  /** Returns the lines of the front matter that name the library. */
  private static String library(ModelWriter model) {
    if (model.listsModules()) {
      return "library_name: sentence-transformers\npipeline_tag: sentence-similarity\n";
    }
    return model.modules() == ModuleFormat.NONE
        ? "library_name: transformers\npipeline_tag: feature-extraction\n"
        : "library_name: simcse\npipeline_tag: sentence-similarity\n";
  }

  private ModelMetadata metadata() {
    return model.metadata();
  }

  private String pooler() {
    return metadata().pooler().orElseThrow();
  }

  private void frontMatter(StringBuilder card) {
    card.append("---\n").append(library(model));
    base().ifPresent(name -> card.append("base_model: ").append(name).append('\n'));
    card.append("tags:\n- simcse\n- sentence-similarity\n- feature-extraction\n---\n");
  }

  /** Returns the model of the hub that training started from. */
  private Optional<String> base() {
    return training
        .map(state -> state.settings().getOrDefault("model", ""))
        .flatMap(HubRepository::model)
        .map(HubRepository::id);
  }

  private Map<String, String> computation() {
    Map<String, String> steps = new LinkedHashMap<>();
    steps.put("encoder", sizes());
    int longest = metadata().maxLength().orElseThrow();
    steps.put("maximal length", longest + " tokens, special tokens included");
    steps.put("pooler", code(pooler()));
    if (!metadata().modules().isEmpty()) {
      steps.put(
          "modules behind it",
          metadata().modules().stream()
              .map(module -> code(module.path()))
              .collect(Collectors.joining(", ")));
    }
    metadata()
        .head()
        .ifPresent(
            head ->
                steps.put(
                    "MLP of the head",
                    switch (head) {
                      case TRAIN_AND_TEST -> "applied: tanh(W x + b)";
                      case TRAIN_ONLY -> "not applied: it was there in training alone";
                      case NONE -> "none";
                    }));
    steps.put("scaled to length 1", metadata().normalize().orElse(false) ? "yes" : "no");
    metadata()
        .prompts()
        .byName()
        .forEach(
            (name, prompt) ->
                steps.put(
                    "prompt " + name + (isDefault(name) ? " (default)" : ""),
                    prompt.isEmpty() ? "none" : code(prompt)));
    steps.put("similarity", metadata().similarity().orElse("cosine"));
    return steps;
  }

  private boolean isDefault(String prompt) {
    return metadata().prompts().defaultName().filter(prompt::equals).isPresent();
  }

  private String sizes() {
    List<String> sizes = new ArrayList<>();
    for (String key : List.of("num_hidden_layers", "hidden_size", "vocab_size")) {
      if (model.config().get(key) instanceof Number number) {
        sizes.add(key.replace('_', ' ').replaceFirst("^num ", "") + " " + number);
      }
    }
    String type = code(String.valueOf(model.config().get("model_type")));
    return sizes.isEmpty() ? type : type + ", " + String.join(", ", sizes);
  }

  private static void training(StringBuilder card, TrainingState state) {
    card.append(
        "\n## Training\n\nThe model after step %d of a run, which read:\n\n"
            .formatted(state.step()));
    table(card, List.of("input", "SHA-256"), new TreeMap<>(state.hashes()));
    results(card, state);
    card.append("\nThe run's settings; `seed` fixes its random choices:\n\n");
    Map<String, String> settings = new LinkedHashMap<>();
    state.settings().forEach((name, value) -> settings.put(name, code(withoutFolder(value))));
    table(card, List.of("setting", "value"), settings);
    card.append("\nIt ran on:\n\n");
    table(card, List.of("part", "what"), state.environment());
  }

  private static void results(StringBuilder card, TrainingState state) {
    if (state.last().isEmpty()) {
      return;
    }
    card.append(
        "\nIts development sets, before training and after step %d:\n\n"
            .formatted(state.evaluatedAt()));
    card.append("| measure | before | after |\n|---|---|---|\n");
    state
        .last()
        .forEach(
            (name, after) ->
                card.append(
                    "| %s | %s | %s |\n"
                        .formatted(
                            name,
                            Optional.ofNullable(state.before().get(name))
                                .map(ModelCard::number)
                                .orElse(""),
                            number(after))));
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }

  /** Returns the last name of a path: where a file was is nobody's business. */
  private static String withoutFolder(String value) {
    try {
      Path path = Path.of(value);
      Path name = path.getFileName();
      return path.isAbsolute() && name != null ? name.toString() : value;
    } catch (InvalidPathException e) {
      return value;
    }
  }

  private static void table(StringBuilder card, List<String> head, Map<String, String> rows) {
    card.append("| %s | %s |\n|---|---|\n".formatted(head.get(0), head.get(1)));
    rows.forEach(
        (name, value) ->
            card.append(
                "| %s | %s |\n".formatted(name, value.replace("|", "\\|").replace("\n", " "))));
  }

  private static String code(String text) {
    return "`" + text.replace('`', '\'') + "`";
  }
}
